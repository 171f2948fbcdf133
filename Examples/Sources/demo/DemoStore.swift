import FoundationEssentials
import Glibc
import PGBackup
import S3Compat
import S3CompatTesting
import Terminal

/// Where the demo keeps its backup: an S3 endpoint in this very process, or, with `DEMO_STORE=env`, the bucket that the
/// environment names, under a prefix of its own.
struct DemoStore: Sendable {
    let objects: any ObjectStore
    let prefix: String
    let description: String
    private let base: String
    private let server: LoopbackS3Server?

    static func open(_ environment: [String: String]) async throws -> DemoStore {
        switch environment["DEMO_STORE"] ?? "" {
        case "", "loopback": try await openLoopback()
        case "env": try openReal(environment)
        case let other:
            throw DemoFailure(description: "DEMO_STORE is \(other); leave it out, or set it to env for a real store.")
        }
    }

    private static func openLoopback() async throws -> DemoStore {
        let server = try await LoopbackS3Server.start(buckets: ["demo"])
        do {
            let client = try S3Client(
                S3Client.Configuration(
                    provider: .custom(endpoint: server.endpoint),
                    credentials: .fixed(server.credentials)
                )
            )
            return DemoStore(
                objects: try client.bucket("demo"),
                prefix: "groundwork-demo",
                description: "\(server.endpoint)/demo, an S3 endpoint in this process that checks signatures",
                base: "\(server.endpoint)/demo",
                server: server
            )
        } catch {
            await server.stop()
            throw error
        }
    }

    private static func openReal(_ environment: [String: String]) throws -> DemoStore {
        let bucket = try S3Bucket(environment: environment)
        let prefix = "groundwork-demo-\(Hex.text(SystemRandom().bytes(6)))"
        return DemoStore(
            objects: bucket,
            prefix: prefix,
            description: "\(bucket.location), below \(prefix)/ (DEMO_STORE=env)",
            base: bucket.location,
            server: nil
        )
    }

    /// Where an object lies.
    func url(of key: String) -> String { "\(base)/\(key)" }

    /// Removes what the demo wrote, and nothing else, even when the demo was interrupted.
    ///
    /// The prefix has 48 random bits and belongs to this run alone: what lies below it, finished or begun, is the demo's.
    func close() async {
        if let server {
            await server.stop()
            return
        }
        let (objects, prefix) = (objects, prefix)
        await Task {
            do {
                var keys: [String] = []
                for try await object in objects.list(prefix: "\(prefix)/") { keys.append(object.key) }
                let failures = try await objects.deleteMany(keys)
                for failure in failures { Console.note("demo: \(failure.key) is left behind: \(failure.error)") }
                for upload in try await objects.abandonedUploads(prefix: "\(prefix)/", olderThan: .distantFuture) {
                    try await objects.abort(upload)
                }
            } catch {
                Console.note("demo: objects below \(prefix)/ may be left behind: \(error)")
            }
        }.value
    }
}

/// Hexadecimal text.
private enum Hex {
    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}

func exitProcess(_ code: Int32) -> Never { exit(code) }
