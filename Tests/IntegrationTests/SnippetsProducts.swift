import GroundworkCore
import GroundworkStorage
import PGBackup
import S3Compat
import S3CompatTesting
import Testing

/// The examples of the README and of the guides; `SnippetTests` compares them line by line.
private enum Snippets {
    static func s3Guide(accessKeyID: String, secretAccessKey: String) async throws {
        let bucket = try S3Bucket(environment: [
            "AWS_S3_ENDPOINT": "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com",
            "AWS_S3_BUCKET": "photos",
            "AWS_S3_REGION": "auto",
            "AWS_ACCESS_KEY_ID": accessKeyID,
            "AWS_SECRET_ACCESS_KEY": secretAccessKey,
        ])

        try await bucket.put("hello.txt", .text("Hello"))
        let bytes = try await bucket.read("hello.txt")
        for try await object in bucket.list(prefix: "2026/") { print(object.key, object.size) }
        let link = try await bucket.presign(.get, "hello.txt")
        print(bytes.count, link)
    }

    static func s3Configuration(accountID: String, accessKeyID: String, secretAccessKey: String) throws -> S3Bucket {
        let client = try S3Client(
            S3Client.Configuration(
                provider: .r2(accountID: accountID),
                credentials: .fixed(accessKeyID: accessKeyID, secretAccessKey: Secret(secretAccessKey))
            )
        )
        let photos = try client.bucket("photos")
        return photos
    }

    static func s3Large(_ bucket: S3Bucket, _ chunks: AsyncThrowingStream<[UInt8], any Error>) async throws {
        try await bucket.put("archive.tar", .stream(chunks, length: .unknown(estimate: 200 << 30)))
        let info = try await bucket.download("archive.tar", toFile: "/var/tmp/archive.tar")
        print(info)
    }

    static func readmeS3(_ chunks: AsyncThrowingStream<[UInt8], any Error>) async throws {
        let bucket = try S3Bucket()
        try await bucket.put("hello.txt", .text("Hello"))
        let bytes = try await bucket.read("hello.txt")
        for try await object in bucket.list(prefix: "photos/") { print(object.key, object.size) }
        try await bucket.put("archive.tar", .stream(chunks, length: .unknown(estimate: nil)))
        try await bucket.download("archive.tar", toFile: "/var/tmp/archive.tar")
        let link = try await bucket.presign(.get, "hello.txt").url
        print(bytes.count, link)
    }

    static func readmeBackup(_ environment: [String: String], _ bucket: S3Bucket) async throws {
        let configuration = try PostgresBackup.Configuration(environment: environment)
        let backups = PostgresBackup(configuration, store: bucket)
        let report = try await backups.run()
        try await backups.verify(report.manifest.id)
        try await backups.restore(report.manifest.id, into: .newDatabase("app_restored"))
    }

    static func readmeTests() async throws -> LoopbackS3Server {
        let server = try await LoopbackS3Server.start(buckets: ["photos"])
        server.inject(.slowDown, into: LoopbackS3FaultFilter(.putObject), times: 2)
        return server
    }

    static func loopbackS3() async throws {
        let server = try await LoopbackS3Server.start(buckets: ["photos"])
        server.inject(.slowDown, into: LoopbackS3FaultFilter(.putObject), times: 2)
        await server.stop()
    }

    static func testKit() async throws {
        let server = try await LoopbackS3Server.start(buckets: ["photos"])
        let bucket = try S3Client(
            S3Client.Configuration(
                provider: .custom(endpoint: server.endpoint),
                credentials: .fixed(server.credentials)
            )
        ).bucket("photos")

        server.inject(.slowDown, into: LoopbackS3FaultFilter(.putObject), times: 2)
        try await bucket.put("a.txt", .text("a"))
        await server.stop()
    }
}

@Suite struct SnippetRuns {
    @Test func theTestKitsExampleWorks() async throws {
        try await Snippets.testKit()
    }
}
