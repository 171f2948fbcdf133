import AppleSignIn
import AppleSignInTesting
import CMallocCount
import FoundationEssentials

/// usage: apple-bench prepare DIRECTORY | verify DIRECTORY | scale DIRECTORY | secret DIRECTORY
///
/// `prepare` writes a token and the key set that verifies it; the others print one line for each figure.
@main struct Main {
    static let audience = "com.example.app"

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { return print("usage: apple-bench prepare|verify|scale|secret DIRECTORY") }
        let directory = arguments[2]
        switch arguments[1] {
        case "prepare": try prepare(directory)
        case "verify": try await verify(directory)
        case "scale": try await scale(directory)
        case "secret": try secret(directory)
        default: print("usage: apple-bench prepare|verify|scale|secret DIRECTORY")
        }
    }

    /// A token with all that Apple sends for a web sign-in, about 900 bytes.
    private static func prepare(_ directory: String) throws {
        let issuer = try FakeAppleIssuer(issuer: AppleEndpoints.apple.issuer)
        let token = try issuer.identityToken(
            for: FakeAppleUser(email: "abcdefghij@privaterelay.appleid.com", isPrivateEmail: true),
            audience: audience,
            nonce: "0NwKS7m4vN3cVJqPzYq8xTq3a1dFh2kLw9uBv5eRt6g",
            extra: [#""at_hash":"5Cf6TzBPQe3mT8aXvVfPdw""#]
        )
        try token.write(toFile: directory + "/token", atomically: false, encoding: .utf8)
        try Data(issuer.keySet).write(to: URL(filePath: directory + "/jwks"))
        print("bytes \(token.utf8.count)")
    }

    private static func verifier(_ directory: String) throws -> (AppleTokenVerifier, token: String) {
        let transport = FileTransport(bytes: Array(try Data(contentsOf: URL(filePath: directory + "/jwks"))))
        let keys = AppleKeyStore(transport: transport)
        let token = try String(contentsOfFile: directory + "/token", encoding: .utf8)
        return (try AppleTokenVerifier(audiences: [audience], keys: keys), token)
    }

    private static let nonce = AppleNoncePolicy.raw("0NwKS7m4vN3cVJqPzYq8xTq3a1dFh2kLw9uBv5eRt6g")

    private static func verify(_ directory: String) async throws {
        let (verifier, token) = try verifier(directory)
        for _ in 0..<2000 { _ = try await verifier.verify(token, nonce: nonce) }
        var times: [Double] = []
        var blocks: UInt = 0
        malloc_counting(1)
        for _ in 0..<1000 { _ = try await verifier.verify(token, nonce: nonce) }
        blocks = malloc_count() / 1000
        malloc_counting(0)
        for _ in 0..<15 {
            let start = processor_microseconds()
            for _ in 0..<2000 { _ = try await verifier.verify(token, nonce: nonce) }
            times.append((processor_microseconds() - start) / 2000)
        }
        times.sort()
        print("best \(times[0]) middle \(times[7]) allocations \(blocks)")
    }

    private static func scale(_ directory: String) async throws {
        let (verifier, token) = try verifier(directory)
        _ = try await verifier.verify(token, nonce: nonce)
        for tasks in [1, 2, 1, 2, 1, 2] {
            let start = wall_microseconds()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<tasks {
                    group.addTask {
                        for _ in 0..<20_000 { _ = try await verifier.verify(token, nonce: nonce) }
                    }
                }
                try await group.waitForAll()
            }
            print("tasks \(tasks) per-second \(Double(tasks) * 20_000 / (wall_microseconds() - start) * 1e6)")
        }
    }

    private static func secret(_ directory: String) throws {
        let app = AppleClient.app(bundleID: audience)
        let key = AppleSigningKey(keyID: "ABCDE12345", privateKey: try ApplePrivateKey(path: directory + "/key.p8"))
        let configuration = try AppleSignInConfiguration(
            teams: [AppleTeam(teamID: "TEAM012345", keys: [key])],
            clients: [app]
        )
        let secrets = AppleClientSecrets(configuration)
        try measure("cached", count: 50_000) { _ = try secrets.secret(for: app) }
        try measure("sign", count: 2000) { _ = try secrets.export(for: app, lifetime: 600) }
    }

    private static func measure(_ name: String, count: Int, _ work: () throws -> Void) throws {
        var times: [Double] = []
        for _ in 0..<15 {
            let start = processor_microseconds()
            for _ in 0..<count { try work() }
            times.append((processor_microseconds() - start) / Double(count))
        }
        times.sort()
        print("\(name) best \(times[0]) middle \(times[7])")
    }
}

/// Answers every request with the same bytes.
struct FileTransport: HTTPTransport {
    let bytes: [UInt8]

    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        HTTPStreamedResponse(head: HTTPResponse(status: .ok), body: HTTPResponseBody(bytes: bytes))
    }
}
