import CMallocCount
import Foundation
import JWTKit

/// usage: jwt-bench DIRECTORY
///
/// Verifies the token of apple-bench with the same key set, and signs a client secret with the same key.
@main struct Main {
    struct ClientSecret: JWTPayload {
        var iss: IssuerClaim
        var iat: IssuedAtClaim
        var exp: ExpirationClaim
        var aud: AudienceClaim
        var sub: SubjectClaim

        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { return print("usage: jwt-bench DIRECTORY") }
        let directory = CommandLine.arguments[1]
        let token = try String(contentsOfFile: directory + "/token", encoding: .utf8)
        let keys = JWTKeyCollection()
        try await keys.add(jwksJSON: try String(contentsOfFile: directory + "/jwks", encoding: .utf8))
        try await measure("verify", count: 2000) {
            let payload = try await keys.verify(token, as: AppleIdentityToken.self)
            try payload.audience.verifyIntendedAudience(includes: "com.example.app")
        }
        let pem = try String(contentsOfFile: directory + "/key.p8", encoding: .utf8)
        let signing = JWTKeyCollection()
        await signing.add(ecdsa: try ES256PrivateKey(pem: pem), kid: "ABCDE12345")
        try await measure("sign", count: 2000) {
            let now = Date()
            _ = try await signing.sign(
                ClientSecret(
                    iss: "TEAM012345",
                    iat: IssuedAtClaim(value: now),
                    exp: ExpirationClaim(value: now.addingTimeInterval(600)),
                    aud: "https://appleid.apple.com",
                    sub: "com.example.app"
                ),
                kid: "ABCDE12345"
            )
        }
    }

    private static func measure(_ name: String, count: Int, _ work: @Sendable () async throws -> Void) async throws {
        for _ in 0..<count { try await work() }
        var times: [Double] = []
        var blocks: UInt = 0
        let before = malloc_count()
        malloc_counting(1)
        for _ in 0..<count { try await work() }
        blocks = (malloc_count() - before) / UInt(count)
        malloc_counting(0)
        for _ in 0..<15 {
            let start = processor_microseconds()
            for _ in 0..<count { try await work() }
            times.append((processor_microseconds() - start) / Double(count))
        }
        times.sort()
        print("\(name) best \(times[0]) middle \(times[7]) allocations \(blocks)")
    }
}
