import GroundworkCore
import GroundworkTestProcesses
import PGBackupTesting
import S3Compat
import S3CompatTesting
import Testing

/// Environments for the programs of `Examples`.
enum ExampleSettings {
    /// The URL of a database with its password in it, as users write it.
    static func url(_ database: String) throws -> String {
        let cluster = try ExampleScope.cluster
        let password = cluster.password.withValue { $0 }
        return "postgresql://\(cluster.user):\(password)@127.0.0.1:\(cluster.port)/\(database)?sslmode=disable"
    }

    /// A drill of each backup would take longer than what most tests look at.
    static let quick = ["BACKUP_VERIFY": "decoded"]

    static func store(_ server: LoopbackS3Server, bucket: String = "backups") -> [String: String] {
        var environment = [
            "AWS_ACCESS_KEY_ID": server.credentials.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": server.credentials.secretAccessKey.withValue { $0 },
        ]
        environment.merge(place(server.endpoint, bucket)) { $1 }
        return environment
    }

    static func store(_ server: RealS3Server, bucket: String = "backups") -> [String: String] {
        var environment = [
            "AWS_ACCESS_KEY_ID": server.accessKeyID, "AWS_SECRET_ACCESS_KEY": server.secretAccessKey,
        ]
        environment.merge(place(server.endpoint, bucket)) { $1 }
        return environment
    }

    private static func place(_ endpoint: String, _ bucket: String) -> [String: String] {
        [
            "AWS_S3_ENDPOINT": endpoint, "AWS_S3_BUCKET": bucket, "AWS_S3_REGION": "us-east-1",
            "AWS_S3_FORCE_PATH_STYLE": "true",
        ]
    }
}

/// Calls `body` with somebody who has a database and a bucket on a server in this process.
func withLoopbackUser(
    database: String = "shop",
    _ body: (ExampleUser, LoopbackS3Server) async throws -> Void
) async throws {
    var configuration = LoopbackS3Server.Configuration()
    configuration.buckets = ["backups"]
    configuration.acceptedRegions = ["auto"]
    // The kit's own secret says that it is for tests, which the programs refuse.
    configuration.secretAccessKey = Secret(Hex.encode(SystemRandom().bytes(20)))
    let server = try await LoopbackS3Server.start(configuration)
    do {
        var environment = ExampleSettings.store(server)
        environment["BACKUP_DATABASE_URL"] = try ExampleSettings.url(database)
        environment.merge(ExampleSettings.quick) { $1 }
        let password = try ExampleScope.cluster.password.withValue { $0 }
        try await ExampleUser.with(environment, secrets: [password]) { try await body($0, server) }
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

/// Calls `body` with somebody who has a database and a bucket on a server of others.
func withRealUser(
    _ kind: RealS3Server.Kind,
    database: String = "shop",
    _ body: (ExampleUser, RealS3Server) async throws -> Void
) async throws {
    try await RealS3Server.with(kind) { server in
        _ = try await server.boto3.run("client().create_bucket(Bucket='backups')")
        var environment = ExampleSettings.store(server)
        environment["BACKUP_DATABASE_URL"] = try ExampleSettings.url(database)
        environment.merge(ExampleSettings.quick) { $1 }
        let password = try ExampleScope.cluster.password.withValue { $0 }
        try await ExampleUser.with(environment, secrets: [password]) { try await body($0, server) }
    }
}

extension LoopbackS3Server {
    /// The keys of what belongs to backups: data and manifests, without the lease and the history of runs.
    func backupKeys(in bucket: String) -> [String] {
        keys(in: bucket).filter { $0.contains("/data/") || $0.contains("/manifests/") }
    }
}

extension RealS3Server {
    /// The keys of a bucket.
    func keys(in bucket: String = "backups") async throws -> [String] {
        try await boto3.value(
            "show(sorted(o['Key'] for o in client().list_objects_v2(Bucket='\(bucket)').get('Contents', [])))"
        )
    }

    /// The keys of uploads in parts that were neither completed nor aborted.
    func uploads(in bucket: String = "backups") async throws -> [String] {
        try await boto3.value(
            "show([u['Key'] for u in client().list_multipart_uploads(Bucket='\(bucket)').get('Uploads', [])])"
        )
    }
}

/// A proxy before a server that holds every connection which has sent so many bytes, as a network that stalls.
struct HoldingProxy: Sendable {
    let endpoint: String
    private let process: ChildProcess

    static func with<Result>(
        before port: String,
        holdingAfter bytes: Int,
        _ body: (HoldingProxy) async throws -> Result
    ) async throws -> Result {
        let own = try LoopbackPort.free()
        let process = try await ChildProcess.start(
            .init(TestTools.program("python"), [TestTools.support("holding_proxy.py"), "\(own)", port, "\(bytes)"])
        )
        do {
            try await process.waitUntilReady { process.log.contains("ready") }
            let result = try await body(HoldingProxy(endpoint: "http://127.0.0.1:\(own)", process: process))
            await process.stop()
            return result
        } catch {
            await process.stop()
            throw error
        }
    }

    /// Waits until a connection is held.
    func waitUntilItHolds() async throws { try await process.waitUntilReady { process.log.contains("held") } }
}

/// Somebody whose backups lie in a directory; `body` gets its path.
func withDirectory(
    database: String = "shop",
    _ changes: [String: String?] = [:],
    _ body: (ExampleUser, String) async throws -> Void
) async throws {
    var environment = ExampleSettings.quick
    environment["BACKUP_DATABASE_URL"] = try ExampleSettings.url(database)
    let password = try ExampleScope.cluster.password.withValue { $0 }
    try await ExampleUser.with(environment, secrets: [password]) { user in
        let folder = "\(user.folder)/store"
        try await body(user.changing(["BACKUP_DESTINATION": "file://\(folder)"]).changing(changes), folder)
    }
}
