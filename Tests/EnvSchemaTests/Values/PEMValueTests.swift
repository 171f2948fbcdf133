import EnvSchema
import FoundationEssentials
import Glibc
import GroundworkBase
import Testing

@Suite struct PEMValueTests {
    static let pem = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"

    @Test(arguments: [pem, "-----BEGIN PRIVATE KEY-----\\nMAA=\\n-----END PRIVATE KEY-----", "MAA="])
    func keysAreReadInEveryForm(text: String) {
        #expect(read(PEMText.self, text)?.der.withValue { $0 } == [0x30, 0])
        #expect(PEMText.envIsSecret)
    }

    @Test func aPathIsRead() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pem-\(UUID().uuidString).p8")
        try Self.pem.write(to: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: path) }
        #expect(read(PEMText.self, path.path)?.label == "PRIVATE KEY")
    }

    @Test(.timeLimit(.minutes(1))) func aNamedPipeOrDirectoryIsRefusedAtOnce() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID().uuidString).p8").path
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        #expect(refusal(PEMText.self, path)?.contains("no regular file") == true)
        #expect(refusal(PEMText.self, "/tmp")?.contains("no regular file") == true)
    }

    @Test func theExampleIsValid() { #expect(read(PEMText.self, PEMText.envType.example) != nil) }

    @Test func theTextIsNotRepeated() {
        for text in ["ΔΔΔΔ", "/ΔΔΔΔ", "-----BEGIN ΔΔΔΔ-----", "-----BEGIN X-----ΔΔΔΔ-----END X-----"] {
            #expect(refusal(PEMText.self, text)?.contains("Δ") == false)
        }
    }
}
