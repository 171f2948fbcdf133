import GroundworkCore
import GroundworkTesting

/// An S3 server inside the test process, on loopback.
///
/// It checks every signature by an implementation of its own, answers with the status and codes of S3, and goes wrong
/// when told to. For tests only: it listens on 127.0.0.1 and forgets everything when it stops.
///
///     @Test func uploadSurvivesASlowStore() async throws {
///         let server = try await LoopbackS3Server.start(buckets: ["photos"])
///         defer { Task { await server.stop() } }
///         server.inject(.slowDown, into: .init(.putObject), times: 2)
///
///         try await MyUploader(endpoint: server.endpoint, credentials: server.credentials).upload("cat.jpg")
///
///         #expect(server.contents(of: "cat.jpg", in: "photos") != nil)
///         #expect(server.requests.count == 3)
///     }
public final class LoopbackS3Server: Sendable {
    /// What the server was started with.
    public let configuration: Configuration
    private let http: LoopbackHTTPServer
    private let core: LoopbackS3Core

    private init(_ configuration: Configuration, _ http: LoopbackHTTPServer, _ core: LoopbackS3Core) {
        self.configuration = configuration
        self.http = http
        self.core = core
    }

    /// Starts a server.
    /// - Throws: when the port is taken or the directory cannot be written.
    public static func start(_ configuration: Configuration = Configuration()) async throws -> LoopbackS3Server {
        let core = try LoopbackS3Core(configuration)
        var settings = LoopbackHTTPServer.Configuration()
        settings.port = configuration.port
        if configuration.usesTLS { settings.tls = .throwAway() }
        do {
            let http = try await LoopbackHTTPServer.start(settings) { try await core.answer($0) }
            return LoopbackS3Server(configuration, http, core)
        } catch {
            core.cleanUp()
            throw error
        }
    }

    /// Starts a server with the default configuration and these buckets.
    public static func start(buckets: [String]) async throws -> LoopbackS3Server {
        var configuration = Configuration()
        configuration.buckets = buckets
        return try await start(configuration)
    }

    /// Closes all connections and throws everything away.
    public func stop() async {
        await http.stop()
        core.cleanUp()
    }

    /// The certificate authority to trust, in PEM; nil without TLS.
    public var certificateAuthorityPEM: String? { http.certificateAuthorityPEM }

    /// `http://127.0.0.1:PORT`, or `https://localhost:PORT`.
    public var endpoint: String { http.url }

    /// The TCP port.
    public var port: UInt16 { http.port }

    /// All requests so far that could be read, in the order of their answers.
    public var requests: [LoopbackS3Request] { core.log.withLock { $0 } }

    /// Forgets the requests so far.
    public func clearRequests() { core.log.withLock { $0 = [] } }

    /// Lets something go wrong.
    /// - Parameters:
    ///   - fault: what goes wrong.
    ///   - filter: for which requests.
    ///   - times: for how many of them; nil means for all.
    ///   - skipping: how many of them are let through first.
    public func inject(
        _ fault: LoopbackS3Fault,
        into filter: LoopbackS3FaultFilter = LoopbackS3FaultFilter(),
        times: Int? = 1,
        skipping: Int = 0
    ) {
        core.plan.withLock {
            $0.add(FaultPlan.Entry(fault: fault, filter: filter, skipping: skipping, remaining: times))
        }
    }

    /// Takes back all faults that have not happened yet.
    public func clearFaults() { core.plan.withLock { $0.removeAll() } }

    /// How many injected faults still wait for their requests.
    public var pendingFaults: Int { core.plan.withLock { $0.pendingCount } }

    /// Moves the server's clock, so that the client's is wrong.
    public func moveClock(by duration: Duration) { core.clockOffset.withLock { $0 += duration } }

    /// Makes a bucket, past all rules.
    public func createBucket(_ name: String) { core.createBucket(name) }

    /// The names of the buckets, in order.
    public var buckets: [String] { core.service.state.withLock { $0.buckets.keys.sorted() } }

    /// The keys of a bucket in the order of their bytes.
    public func keys(in bucket: String) -> [String] {
        core.service.state.withLock { $0.buckets[bucket]?.objects.keys.sorted().map(\.text) ?? [] }
    }

    /// The bytes of an object; nil when it is not there.
    public func contents(of key: String, in bucket: String) async throws -> [UInt8]? {
        guard let object = core.service.state.withLock({ $0.buckets[bucket]?[ObjectKey(key)] }) else { return nil }
        var bytes: [UInt8] = []
        for try await chunk in ObjectChunks(object, 0..<object.size) { bytes += chunk }
        return bytes
    }

    /// The keys of uploads in parts that were neither completed nor aborted, in order.
    public func pendingUploads(in bucket: String) -> [String] {
        core.service.state.withLock { $0.buckets[bucket]?.uploads.values.map(\.key).sorted().map(\.text) ?? [] }
    }
}
