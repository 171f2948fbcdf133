import FoundationEssentials
import Glibc
import PGBackup
import S3Compat
import S3CompatTesting
import Terminal

/// Where the demo keeps its backup: an S3 endpoint in this very process, or, with `DEMO_STORE=env`, the bucket that the
/// environment names, under a prefix of its own.
struct DemoStore: Sendable {
    let objects: RecordingStore
    let prefix: String
    let description: String
    private let base: String
    private let server: LoopbackS3Server?

    static func open(_ environment: [String: String]) async throws -> DemoStore {
        switch environment["DEMO_STORE"] ?? "" {
        case "", "loopback": try await openLoopback()
        case "env": try await openReal(environment)
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
                objects: RecordingStore(try client.bucket("demo")),
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

    private static func openReal(_ environment: [String: String]) async throws -> DemoStore {
        let bucket = try S3Bucket(environment: environment)
        let prefix = "groundwork-demo-\(Hex.text(SystemRandom().bytes(6)))"
        // Before anything else is made: it is here that something may be wrong.
        if let failure = await bucket.check(prefix: "\(prefix)/", writes: false).steps.compactMap(\.failure).first {
            throw failure
        }
        return DemoStore(
            objects: RecordingStore(bucket),
            prefix: prefix,
            description: "\(bucket.location), below \(prefix)/ (DEMO_STORE=env)",
            base: "s3://\(bucket.name)",
            server: nil
        )
    }

    /// Where an object lies.
    func url(of key: String) -> String { "\(base)/\(key)" }

    /// Removes what the demo wrote, and nothing else, even when the demo was interrupted.
    /// - Returns: whether all of it is gone.
    @discardableResult
    func close() async -> Bool {
        if let server {
            await server.stop()
            return true
        }
        let (objects, prefix) = (objects, prefix)
        return await Task {
            do {
                let keys = objects.written
                guard !keys.isEmpty else { return true }
                let failures = try await objects.deleteMany(keys)
                for failure in failures { Console.note("demo: \(failure.key) is left behind: \(failure.error)") }
                for upload in try await objects.abandonedUploads(prefix: "\(prefix)/", olderThan: .distantFuture)
                where keys.contains(upload.key) {
                    try await objects.abort(upload)
                }
                return failures.isEmpty
            } catch {
                Console.note("demo: objects below \(prefix)/ may be left behind: \(error)")
                return false
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
