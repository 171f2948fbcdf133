import EnvSchema
import Glibc
import Testing

private struct KeyEnv: EnvSchema {
    @Env("JWT_SECRET", help: "Key", orFile: true) var key: Secret<String>
}

@Suite struct SecretFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func problem(_ values: [String: String]) throws -> EnvProblem {
        let errors = try #require(throws: EnvErrors.self) { try KeyEnv.load(values, mode: .test) }
        #expect(errors.problems.count == 1)
        return try #require(errors.problems.first)
    }

    private func key(in contents: [UInt8]) throws -> Secret<String> {
        try KeyEnv.load(["JWT_SECRET_FILE": try folder.write("key", contents)], mode: .test).key
    }

    @Test func aFileMayHoldTheValue() throws {
        #expect(try key(in: Array("s3cr3t".utf8)) == Secret("s3cr3t"))
    }

    @Test func oneLineEndAtTheEndIsLeftOut() throws {
        #expect(try key(in: Array("a\n".utf8)) == Secret("a"))
        #expect(try key(in: Array("a\r\n".utf8)) == Secret("a"))
        #expect(try key(in: Array("a\n\n".utf8)) == Secret("a\n"))
    }

    @Test func aByteOrderMarkIsLeftOut() throws {
        #expect(try key(in: [0xEF, 0xBB, 0xBF, 0x61]) == Secret("a"))
    }

    @Test func theOriginIsTheVariableAndNeverThePath() throws {
        let load = try KeyEnv.resolve(from: [.values(["JWT_SECRET_FILE": try folder.write("key", "a")])], mode: .test)
        #expect(load.explain("JWT_SECRET")?.origin == EnvOrigin(.memory, name: "JWT_SECRET_FILE"))
    }

    @Test func aSecretInThePlaceOfThePathIsNotShown() throws {
        let problem = try problem(["JWT_SECRET_FILE": "okapizebra"])
        #expect(problem.message == "names a file that cannot be read: there is no such file")
        #expect(!problem.description.contains("okapi"))
    }

    @Test func valueAndFileTogetherAreAmbiguous() throws {
        let problem = try problem(["JWT_SECRET": "a", "JWT_SECRET_FILE": try folder.write("key", "b")])
        #expect(problem.code == .ambiguous)
        #expect(problem.remedy == "unset JWT_SECRET_FILE")
    }

    @Test func anEmptyFileIsNoValue() throws {
        #expect(try problem(["JWT_SECRET_FILE": try folder.write("key", "\n")]).message == "names a file that is empty")
    }

    @Test func aFileThatIsNotUTF8IsRefused() throws {
        #expect(
            try problem(["JWT_SECRET_FILE": try folder.write("key", [0x61, 0xFF])]).message
                == "names a file that is not valid UTF-8"
        )
    }

    @Test func aNULByteIsRefused() throws {
        #expect(try problem(["JWT_SECRET_FILE": try folder.write("key", [0x61, 0])]).message == "holds a NUL byte")
        #expect(try problem(["JWT_SECRET": "a\0b"]).message == "holds a NUL byte")
    }

    @Test func aFileOfMoreThanAMebibyteIsRefused() throws {
        let path = try folder.write("key", [UInt8](repeating: 0x61, count: (1 << 20) + 1))
        #expect(try problem(["JWT_SECRET_FILE": path]).message.contains("more than 1048576 bytes"))
    }

    @Test func directoriesAndPipesAreRefusedAtOnce() throws {
        #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
        try folder.makeFolder("inner")
        #expect(
            try problem(["JWT_SECRET_FILE": "\(folder.path)/pipe"]).message
                == "names a file that cannot be read: it is a named pipe"
        )
        #expect(
            try problem(["JWT_SECRET_FILE": "\(folder.path)/inner"]).message
                == "names a file that cannot be read: it is a directory"
        )
    }
}
