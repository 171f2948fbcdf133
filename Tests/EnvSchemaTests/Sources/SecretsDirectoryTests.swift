import EnvSchema
import Glibc
import Testing

private struct MountedEnv: EnvSchema {
    @Env("JWT_SECRET", help: "Key") var key: Secret<String>?
    @Env("PORT", help: "Port") var port: Int = 1
}

@Suite struct SecretsDirectoryTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func resolve() throws -> EnvLoad<MountedEnv> {
        try MountedEnv.resolve(from: [.secretsDirectory(folder.path)], mode: .test)
    }

    private func message() throws -> String? {
        try #require(throws: EnvErrors.self) { try resolve() }.problems.first?.message
    }

    @Test func filesAreFoundInThreeSpellings() throws {
        for name in ["JWT_SECRET", "jwt_secret", "jwt-secret"] {
            let folder = try TemporaryFolder()
            try folder.write(name, "a\n")
            let load = try MountedEnv.resolve(from: [.secretsDirectory(folder.path)], mode: .test)
            #expect(load.values.key == Secret("a"))
            #expect(
                load.explain("JWT_SECRET")?.origin
                    == EnvOrigin(.secretsDirectory, path: folder.path, name: name == "JWT_SECRET" ? nil : name)
            )
        }
    }

    @Test func linksOfKubernetesAreFollowed() throws {
        try folder.makeFolder("..2026_11_22")
        try folder.write("..2026_11_22/JWT_SECRET", "a")
        try folder.link("..data", to: "..2026_11_22")
        try folder.link("JWT_SECRET", to: "..data/JWT_SECRET")
        #expect(try resolve().values.key == Secret("a"))
    }

    @Test func theDirectoryItselfMayBeALink() throws {
        try folder.makeFolder("real")
        try folder.write("real/JWT_SECRET", "a")
        try folder.link("mount", to: "real")
        #expect(try MountedEnv.load(from: [.secretsDirectory("\(folder.path)/mount")], mode: .test).key == Secret("a"))
    }

    @Test func linksOutOfTheDirectoryAreRefused() throws {
        let outside = try TemporaryFolder()
        try folder.link("JWT_SECRET", to: try outside.write("key", "a"))
        #expect(try message() == "stands in a file that is a link out of the directory")
    }

    @Test func aNeighbourWithTheSameBeginningIsOutside() throws {
        try folder.makeFolder("a")
        try folder.makeFolder("ab")
        try folder.write("ab/key", "x")
        try folder.link("a/JWT_SECRET", to: "../ab/key")
        #expect(throws: EnvErrors.self) {
            try MountedEnv.load(from: [.secretsDirectory("\(folder.path)/a")], mode: .test)
        }
    }

    @Test func pipesAndDirectoriesAreRefused() throws {
        #expect(mkfifo("\(folder.path)/JWT_SECRET", 0o600) == 0)
        #expect(try message() == "stands in a file that cannot be read: it is a named pipe")
        try folder.makeFolder("PORT")
        #expect(try #require(throws: EnvErrors.self) { try resolve() }.problems.count == 2)
    }

    @Test func aDanglingLinkIsAProblem() throws {
        try folder.link("JWT_SECRET", to: "nowhere")
        #expect(try message() == "stands in a file that cannot be read: No such file or directory")
    }

    @Test func aMissingDirectoryIsEmptyUnlessItIsRequired() throws {
        let path = "\(folder.path)/none"
        #expect(try MountedEnv.load(from: [.secretsDirectory(path)], mode: .test).key == nil)
        let errors = try #require(throws: EnvErrors.self) {
            try MountedEnv.load(from: [.secretsDirectory(path, required: true)], mode: .test)
        }
        #expect(errors.problems.map(\.code) == [.source])
    }

    @Test func aFileInThePlaceOfTheDirectoryIsAProblem() throws {
        let path = try folder.write("file", "x")
        #expect(throws: EnvErrors.self) { try MountedEnv.load(from: [.secretsDirectory(path)], mode: .test) }
    }

    @Test func aWrongValueIsMendedInTheDirectory() throws {
        try folder.write("port", "zebra")
        let problem = try #require(throws: EnvErrors.self) { try resolve() }.problems.first
        #expect(problem?.remedy == "printf %s 1 > \(folder.path)/port")
    }
}
