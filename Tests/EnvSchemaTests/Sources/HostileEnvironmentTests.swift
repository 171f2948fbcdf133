import EnvSchema
import Glibc
import Testing

private struct HostileEnv: EnvSchema {
    @Env("TOKEN", help: "t") var token: Secret<String>?
    @Env("NAME", help: "n") var name: String?
    @Env("PORT", help: "p") var port: Int?
}

@Suite struct HostileEnvironmentTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func errors(_ bytes: [UInt8], options: DotEnvOptions = DotEnvOptions()) throws -> EnvErrors {
        let file = try folder.write("hostile.env", bytes)
        let errors = #expect(throws: EnvErrors.self) {
            try HostileEnv.load(from: [.file(file, options: options)], mode: .test)
        }
        return try #require(errors)
    }

    @Test func formatAndPatternCharactersAreOrdinary() throws {
        for text in ["%s%n%x%@", "\\d+(.*)[a-z]{9}$", "\u{1B}[31mred", "`id`$(id)", "{{{}}}", "💣\u{202E}"] {
            let env = try HostileEnv.load(["TOKEN": text, "NAME": text], mode: .test)
            #expect(env.token == Secret(text))
            #expect(env.name == text)
        }
    }

    @Test func aReferenceThatNobodyReplacedIsNoSecret() throws {
        let text = "${{shared.JWT_SECRET}}"
        let errors = #expect(throws: EnvErrors.self) { try HostileEnv.load(["TOKEN": text], mode: .test) }
        #expect(errors?.problems.map(\.message) == ["holds a reference `${{…}}` that nobody replaced"])
        let load = try HostileEnv.resolve(from: [.values(["NAME": text])], mode: .test)
        #expect(load.values.name == text)
        #expect(load.warnings.map(\.code) == [.unresolvedReference])
    }

    @Test func aFileThatIsNotUTF8IsAProblemOfTheFile() throws {
        #expect(try errors([0x4E, 0x41, 0x4D, 0x45, 0x3D, 0xFF, 0xFE, 0x0A]).problems.map(\.code) == [.source])
    }

    @Test func aNULByteIsAProblemOfTheFile() throws {
        #expect(try errors(Array("NAME=a\0b\n".utf8)).problems.map(\.code) == [.source])
    }

    @Test func aByteOrderMarkAndCarriageReturnsAreRead() throws {
        let file = try folder.write("dos.env", [0xEF, 0xBB, 0xBF] + Array("NAME=a\r\nPORT=1\r\n".utf8))
        let env = try HostileEnv.load(from: [.file(file)], mode: .test)
        #expect(env.name == "a")
        #expect(env.port == 1)
    }

    @Test func aLineOfTenMegabytesIsAProblemOfTheFile() throws {
        let line = Array("NAME=".utf8) + [UInt8](repeating: 0x61, count: 10 << 20)
        #expect(try errors(line).problems.map(\.code) == [.source])
    }

    @Test func aMillionLinesAreAProblemOfTheFile() throws {
        var bytes: [UInt8] = []
        for number in 0..<1_000_000 { bytes += Array("A\(number)=1\n".utf8) }
        #expect(try errors(bytes).problems.map(\.code) == [.source])
    }

    @Test func expansionBombsEndEarly() throws {
        var text = "A0=aaaaaaaaaaaaaaaa\n"
        for number in 1...40 { text += "A\(number)=${A\(number - 1)}${A\(number - 1)}\n" }
        let options = DotEnvOptions(expansion: .on(process: [:]))
        #expect(try errors(Array(text.utf8), options: options).problems.contains { $0.code == .source })
    }

    @Test func aPipeInThePlaceOfAFileIsRefusedAtOnce() throws {
        #expect(mkfifo("\(folder.path)/.env", 0o600) == 0)
        let errors = #expect(throws: EnvErrors.self) {
            try HostileEnv.load(from: [.dotEnvFiles(in: folder.path)], mode: .test)
        }
        #expect(errors?.problems.map(\.message) == ["the file cannot be read: it is a named pipe"])
    }

    @Test func aDirectoryInThePlaceOfAFileIsRefused() throws {
        try folder.makeFolder(".env")
        let errors = #expect(throws: EnvErrors.self) {
            try HostileEnv.load(from: [.dotEnvFiles(in: folder.path)], mode: .test)
        }
        #expect(errors?.problems.map(\.message) == ["the file cannot be read: it is a directory"])
    }

    @Test func namesThatNobodyCouldDeclareAreLeftAlone() throws {
        let load = try HostileEnv.resolve(from: [.values(["": "x", "NA ME": "x", "TOKEN=": "x", "\u{1B}[2J": "x"])])
        #expect(load.warnings.isEmpty)
    }
}
