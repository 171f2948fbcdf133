import EnvSchema
import Testing

private struct FileEnv: EnvSchema {
    @Env("A", help: "a") var a: String?
    @Env("B", help: "b") var b: String?
    @Env("C", help: "c") var c: String?
    @Env("D", help: "d") var d: String?
    @Env("E", help: "e") var e: String = "default"
    @Env("TOKEN", help: "t") var token: Secret<String>?
}

@Suite struct FilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func resolve(
        _ process: [String: String] = [:],
        mode: EnvMode? = .development
    ) throws -> EnvLoad<FileEnv> {
        try FileEnv.resolve(from: [.values(process), .dotEnvFiles(in: folder.path)], mode: mode)
    }

    @Test func theProcessBeatsFilesAndCloserFilesBeatOthers() throws {
        try folder.write(".env", "A=1\nB=1\nC=1\nD=1\n")
        try folder.write(".env.development", "A=2\nB=2\nC=2\n")
        try folder.write(".env.local", "A=3\nB=3\n")
        try folder.write(".env.development.local", "A=4\n")
        try folder.write(".env.production", "A=5\nE=5\n")
        let env = try resolve().values
        #expect([env.a, env.b, env.c, env.d, env.e] == ["4", "3", "2", "1", "default"])
        #expect(try resolve(["A": "0"]).values.a == "0")
    }

    @Test func everyValueSaysWhereItComesFrom() throws {
        try folder.write(".env", "A=1\n\n  export B=1\n")
        try folder.write(".env.local", "B=2\nB=3\n")
        let load = try resolve(["A": ""])
        let root = folder.path
        #expect(
            load.explain("A")
                == EnvProvenance(
                    variable: "A",
                    origin: EnvOrigin(.file, path: "\(root)/.env", line: 1, column: 1),
                    unused: [.init(origin: EnvOrigin(.memory), reason: "it is empty")]
                )
        )
        #expect(
            load.explain("B")?.description == """
                B comes from \(root)/.env.local:2:1
                    not used: \(root)/.env:3:10, an earlier source has a value
                """
        )
        #expect(load.explain("E")?.description == "E comes from the default")
        #expect(load.explain("C")?.description == "C has no value")
        #expect(load.explain("Z") == nil)
        #expect(load.warnings.map(\.code) == [.duplicate])
    }

    @Test func aVariableCanBeExplainedWhenTheLoadFails() throws {
        try folder.write(".env", "PORT=zebra\n")
        let place = try AuthEnv.explain("PORT", from: [.dotEnvFiles(in: folder.path)])
        #expect(place?.origin?.line == 1)
    }

    @Test func aProblemNamesTheLineAndALineToPutThere() throws {
        try folder.write(".env", "# auth\nPORT=zebra\n")
        let errors = try #require(throws: EnvErrors.self) {
            try AuthEnv.load(from: [.values(authValues), .dotEnvFiles(in: folder.path)])
        }
        let problem = try #require(errors.problems.first)
        #expect(problem.origin == EnvOrigin(.file, path: "\(folder.path)/.env", line: 2, column: 1))
        #expect(problem.remedy == "PORT=3001   (in \(folder.path)/.env)")
    }

    @Test func personalFilesAreLeftOutOfTests() throws {
        try folder.write(".env.local", "A=1\n")
        #expect(try resolve(mode: .test).values.a == nil)
    }

    @Test func filesDoNotNameTheEnvironment() throws {
        try folder.write(".env", "APP_ENV=test\n")
        #expect(try resolve(mode: nil).mode == .production)
    }

    @Test func aModeThatLeadsElsewhereHasNoFiles() throws {
        try folder.write(".env", "A=1\n")
        struct Odd: EnvSchema {
            static let modes = [EnvMode(rawValue: "/../x")]
            @Env("A", help: "a") var a: String?
        }
        let load = try Odd.resolve(from: [.dotEnvFiles(in: folder.path)], mode: EnvMode(rawValue: "/../x"))
        #expect(load.values.a == "1")
    }

    @Test func everyMalformedLineIsReportedAndTheRestIsRead() throws {
        let file = try folder.write("x.env", "A=1\nB='zebra\nC=$(zebra)\nPORT=x\n")
        let errors = try #require(throws: EnvErrors.self) {
            try AuthEnv.load(from: [.values(authValues), .file(file)])
        }
        #expect(errors.problems.first?.code == .source)
        #expect(errors.problems.first?.origin?.line == 2)
        #expect(!errors.description.contains("zebra"))
    }

    @Test func whatIsMissingMayStandInAFileThatCouldNotBeRead() throws {
        let errors = try #require(throws: EnvErrors.self) { try AuthEnv.load(from: [.file("\(folder.path)/none.env")]) }
        #expect(
            errors.problems.map(\.message) == [
                "the file cannot be read: there is no such file", "is not set (in what could be read)",
                "is not set (in what could be read)",
            ]
        )
    }

    @Test func aFileThatNeedNotExistMayBeMissing() throws {
        #expect(throws: Never.self) { try FileEnv.load(from: [.file("\(folder.path)/none.env", required: false)]) }
    }

    @Test func aDollarSignInASecretGivesAWarningUnlessItIsQuoted() throws {
        let file = try folder.write("x.env", "TOKEN=pa$$word\nA=pa$\n")
        #expect(
            try FileEnv.resolve(from: [.file(file)], mode: .test).warnings.contains {
                $0.variable == "TOKEN" && $0.code == .fragileValue
            }
        )
        #expect(try FileEnv.resolve(from: [.file(file)], mode: .test).warnings.allSatisfy { $0.variable == "TOKEN" })
        let quoted = try folder.write("y.env", "TOKEN='pa$$word'\n")
        #expect(try FileEnv.resolve(from: [.file(quoted)], mode: .test).warnings.isEmpty)
    }

    @Test func aSecretInAFileThatAllMayReadGivesAWarningInProduction() throws {
        let file = try folder.write("x.env", "TOKEN=k7Qm2Zx9Rb4Ws6Yt1Vn8Pc3Lj5Hd0Fg\nA=y\n", mode: 0o644)
        let load = try FileEnv.resolve(from: [.file(file)])
        #expect(load.warnings.map(\.code) == [.exposedSecret])
        #expect(load.warnings.first?.remedy == "chmod o-rwx \(file)")
        #expect(try FileEnv.resolve(from: [.file(file)], mode: .development).warnings.isEmpty)
    }

    @Test func aNameAloneIsNoValue() throws {
        let file = try folder.write("x.env", "A\nB=1\n")
        #expect(try FileEnv.load(from: [.file(file)]).a == nil)
    }

    @Test func warningsOnForeignNamesAreLeftOut() throws {
        let file = try folder.write("x.env", "ZZZ=1\nZZZ=2\nYYY=${X}\n")
        #expect(try FileEnv.resolve(from: [.file(file)]).warnings.isEmpty)
    }
}
