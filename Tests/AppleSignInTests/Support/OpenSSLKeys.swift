import GroundworkCore
import GroundworkTestProcesses

/// Keys as the program `openssl` writes them.
enum OpenSSLKeys {
    static func run(_ arguments: String, input: [UInt8] = []) async throws -> [UInt8] {
        try await ChildProcess.output(of: "openssl", arguments.split(separator: " ").map(String.init), input: input)
    }

    /// A fresh key in PKCS #8, as Apple's portal offers it.
    static func p256() async throws -> String {
        String(decoding: try await run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"), as: UTF8.self)
    }

    static func text(_ arguments: String, of pem: String) async throws -> String {
        String(decoding: try await run(arguments, input: Array(pem.utf8)), as: UTF8.self)
    }
}
