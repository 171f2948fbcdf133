import EnvSchema
import Testing

@Suite struct EnvReaderTests {
    private let port = EnvVar<Int>("PORT", help: "Port", default: 80)
    private let host = EnvVar<String>("HOST_NAME", help: "Host")
    private let note = EnvVar<String?>("NOTE", help: "Note")

    @Test func readsWhatAnotherVariableGives() throws {
        var reader = EnvReader(service: "shards", from: [.values(["COUNT": "2", "S0": "a", "S1": "b"])])
        let count = reader.read(EnvVar<Int>("COUNT", help: "Shards")) ?? 0
        let shards = (0..<count).map { reader.read(EnvVar<String>("S\($0)", help: "Shard \($0)")) }
        try reader.finish()
        #expect(shards == ["a", "b"])
        #expect(reader.manifest.variables.map(\.name) == ["COUNT", "S0", "S1"])
        #expect(reader.provenance.map(\.origin) == [EnvOrigin(.memory), EnvOrigin(.memory), EnvOrigin(.memory)])
    }

    @Test func defaultsAndOptionalsNeedNoValue() throws {
        var reader = EnvReader(service: "x", from: [.values([:])])
        #expect(reader.read(port) == 80)
        #expect(reader.read(note) == nil)
        try reader.finish()
    }

    @Test func problemsAreThrownTogetherAtTheEnd() throws {
        var reader = EnvReader(service: "x", from: [.values(["PORT": "zebra"])])
        #expect(reader.read(port) == nil)
        #expect(reader.read(host) == nil)
        #expect(reader.read(note) == nil)
        reader.require(.atLeastOne("NOTE"))
        let errors = try #require(throws: EnvErrors.self) { try reader.finish() }
        #expect(errors.problems.map(\.code) == [.invalid, .missing, .rule])
        #expect(!errors.description.contains("zebra"))
    }

    @Test func mistakesInDeclarationsComeFirst() throws {
        var reader = EnvReader(service: "x", from: [.values([:])])
        _ = reader.read(EnvVar<Int>("A=B", help: "a"))
        _ = reader.read(port)
        _ = reader.read(port)
        let errors = try #require(throws: EnvErrors.self) { try reader.finish() }
        #expect(errors.problems.map(\.variable) == ["A=B", "PORT"])
    }

    @Test func warningsAreReturned() throws {
        var reader = EnvReader(service: "x", from: [.values(["PROT": "1"])])
        _ = reader.read(port)
        #expect(try reader.finish().map(\.code) == [.unknownName])
    }

    @Test func theEnvironmentIsKnownBeforeTheFirstVariable() {
        #expect(EnvReader(service: "x", from: [.values(["APP_ENV": "test"])]).mode == .test)
    }
}
