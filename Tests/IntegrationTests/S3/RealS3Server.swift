import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting

/// An S3 server that nobody here wrote, started for one test on free ports of 127.0.0.1 with throw-away data.
struct RealS3Server: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        /// SeaweedFS 4.48; checks signatures.
        case seaweed
        /// `rclone serve s3`, 1.75.2, on a directory; checks signatures.
        case rclone
        /// moto 5.2.1; checks no signature and keeps every key as it is.
        case moto
    }

    let kind: Kind
    let endpoint: String
    let accessKeyID: String
    let secretAccessKey: String
    private let process: ChildProcess

    var boto3: Boto3 { Boto3(endpoint: endpoint, accessKeyID: accessKeyID, secretAccessKey: secretAccessKey) }

    /// Starts a server, with more arguments perhaps, runs `body` and stops the server.
    static func with<Result>(
        _ kind: Kind,
        arguments: [String] = [],
        _ body: (RealS3Server) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let server = try await start(kind, directory, arguments)
            do {
                let result = try await body(server)
                await server.process.stop()
                return result
            } catch {
                await server.process.stop()
                throw error
            }
        }
    }

    private static func start(
        _ kind: Kind,
        _ directory: String,
        _ arguments: [String]
    ) async throws -> RealS3Server {
        let port = try LoopbackPort.free()
        let accessKeyID = "AKIAREALSERVER000000"
        let secretAccessKey = "secret-for-tests-only/1+2="
        var configuration: ChildProcess.Configuration
        switch kind {
        case .seaweed:
            configuration = try seaweed(port, directory, accessKeyID, secretAccessKey)
        case .rclone:
            configuration = .init(
                TestTools.program("rclone"),
                [
                    "serve", "s3", directory, "--addr", "127.0.0.1:\(port)", "--config", "/dev/null",
                    "--auth-key", "\(accessKeyID),\(secretAccessKey)",
                ]
            )
            configuration.environment["XDG_CACHE_HOME"] = directory
        case .moto:
            configuration = .init(TestTools.program("moto_server"), ["-H", "127.0.0.1", "-p", "\(port)"])
        // It refuses nobody; the credentials are for the clients.
        }
        configuration.arguments += arguments
        let process = try await ChildProcess.start(configuration)
        let server = RealS3Server(
            kind: kind,
            endpoint: "http://127.0.0.1:\(port)",
            accessKeyID: accessKeyID,
            secretAccessKey: secretAccessKey,
            process: process
        )
        do {
            try await process.waitUntilReady { try await server.isReady(port) }
        } catch {
            await process.stop()
            throw error
        }
        return server
    }

    private static func seaweed(
        _ port: UInt16,
        _ directory: String,
        _ accessKeyID: String,
        _ secretAccessKey: String
    ) throws -> ChildProcess.Configuration {
        let identities = """
            {"identities": [{"name": "tests",
              "credentials": [{"accessKey": "\(accessKeyID)", "secretKey": "\(secretAccessKey)"}],
              "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
            """
        let file = "\(directory)/identities.json"
        try Data(identities.utf8).write(to: URL(filePath: file))
        var arguments = [
            "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-dir=\(directory)", "-filer", "-s3",
            "-s3.port=\(port)", "-s3.config=\(file)", "-master.volumeSizeLimitMB=64", "-volume.max=20",
            "-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
        ]
        for name in [
            "master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc",
            "s3.port.grpc",
        ] {
            arguments.append("-\(name)=\(try LoopbackPort.free())")
        }
        var configuration = ChildProcess.Configuration(TestTools.program("weed"), arguments)
        configuration.workingDirectory = directory
        configuration.environment["HOME"] = directory
        configuration.outputLimit = 16 * 1024
        return configuration
    }

    /// Whether requests are served: for SeaweedFS only once its first bucket could be made.
    private func isReady(_ port: UInt16) async throws -> Bool {
        guard await LoopbackPort.httpStatus(port) != nil else { return false }
        guard kind == .seaweed else { return true }
        let program = """
            s3 = client()
            s3.create_bucket(Bucket="is-ready")
            s3.put_object(Bucket="is-ready", Key="a", Body=b"a")
            s3.delete_object(Bucket="is-ready", Key="a")
            s3.delete_bucket(Bucket="is-ready")
            """
        do {
            _ = try await boto3.run(program)
            return true
        } catch {
            _ = try? await boto3.run("s3 = client()\ns3.delete_bucket(Bucket='is-ready')")
            return false
        }
    }
}
