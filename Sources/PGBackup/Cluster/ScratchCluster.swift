import FoundationEssentials
import Glibc
import GroundworkCore

/// A throw-away server, made by `initdb` in a temporary directory and gone with it: for drills, and for the test kit.
///
/// Run as root it uses an unprivileged user, because the server refuses root. Clusters that a killed process left behind
/// are stopped and removed at the next start.
package final class ScratchCluster: Sendable {
    /// How a cluster is made.
    package struct Configuration: Sendable {
        /// The directory with `initdb`, `postgres` and `pg_ctl`; nil for the newest that is installed.
        package var binaries: String?
        /// Where its directory is made. The path of a socket may have 107 bytes only, so this is not `TMPDIR`.
        package var base = "/tmp"
        /// What its directory's name begins with.
        package var directoryPrefix: String
        /// Settings of `postgresql.conf` beyond those that make it fast and small.
        package var settings: [String: String] = [:]
        /// Whether it listens on a port of the loopback beside its Unix socket.
        package var listensOnLoopback = false
        /// Whether it offers TLS, with a throw-away certificate that no client trusts by itself.
        package var offersTLS = false
        /// How long starting may take.
        package var startTimeout: Duration = .seconds(60)

        package init(directoryPrefix: String) { self.directoryPrefix = directoryPrefix }
    }

    /// The superuser's name.
    package static let user = "groundwork"

    /// The superuser's password.
    package let password: Secret<String>
    /// Its port; without ``Configuration/listensOnLoopback`` it only names the socket.
    package let port: UInt16
    /// The directory of the Unix socket.
    package let socketDirectory: String
    /// The directory of the server's programs.
    package let binaries: String
    /// The process id of the server.
    package var processID: Int32 { server.withLock { $0 } }
    /// The directory of everything.
    package var path: String { directory.path }

    private let setup: ScratchClusterSetup
    private let server: Locked<Int32>
    private var directory: OwnedDirectory { setup.directory }
    private let stopped = Locked(false)

    private init(_ setup: ScratchClusterSetup, port: UInt16, processID: Int32) {
        self.setup = setup
        password = setup.password
        binaries = setup.binaries
        socketDirectory = "\(setup.directory.path)/run"
        self.port = port
        server = Locked(processID)
    }

    /// Makes and starts a cluster.
    /// - Throws: ``PGBackupError`` that names what is missing, `CancellationError`.
    package static func start(_ configuration: Configuration) async throws -> ScratchCluster {
        await removeAbandoned(in: configuration.base, prefix: configuration.directoryPrefix)
        let setup = try ScratchClusterSetup(configuration)
        try await setup.initialize()
        var attempts = 0
        while true {
            attempts += 1
            let port = configuration.listensOnLoopback ? try ServerPrograms.freePort() : 5432
            do {
                let processID = try await setup.start(port: port)
                return ScratchCluster(setup, port: port, processID: processID)
            } catch let error as PGBackupError where error.code == .connectionFailed && attempts < 3 {
                // Somebody took the port between our look and the server's.
                continue
            }
        }
    }

    /// Stops the servers of clusters whose makers were killed, and removes their directories.
    /// - Returns: the paths removed.
    @discardableResult
    static func removeAbandoned(in base: String, prefix: String) async -> [String] {
        for path in OwnedDirectory.abandoned(in: base, prefix: prefix) {
            await ServerProcess.end(naming: "\(path)/data")
        }
        return OwnedDirectory.removeAbandoned(in: base, prefix: prefix)
    }

    /// The URL of one of its databases over the Unix socket, with the superuser.
    package func socketURL(_ database: String) -> DatabaseURL {
        var url = DatabaseURL()
        url.hosts = [.init(socketDirectory, port: port)]
        url.user = Self.user
        url.password = password
        url.database = database
        url.parameters = ["sslmode": "disable"]
        return url
    }

    /// Stops the server and removes its directory. A second call does nothing.
    package func stop() async {
        guard endServer() else { return }
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while ServerProcess.isAlive(processID), ContinuousClock.now < deadline {
            // Not ours to be cancelled: the task may be so already.
            await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
        }
        if ServerProcess.isAlive(processID) { kill(processID, SIGKILL) }
        directory.remove()
    }

    /// Ends the server and all its sessions in order, and starts it again on the same port.
    /// - Parameter change: is called while no server runs.
    /// - Throws: ``PGBackupError`` when it does not start, `CancellationError`, what `change` throws.
    package func restart(changing change: () throws -> Void = {}) async throws {
        let old = processID
        // Fast shutdown: sessions are ended, and nothing is lost.
        kill(old, SIGINT)
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while ServerProcess.isAlive(old) {
            guard ContinuousClock.now < deadline else {
                throw PGBackupError(.timedOut, "The throw-away server did not end within 30 seconds.")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        try change()
        let new = try await setup.start(port: port)
        server.withLock { $0 = new }
    }

    /// Kills the server with all its sessions, as if its machine had failed. ``stop()`` is still needed.
    package func crash() {
        // The sessions outlive their parent for a while; a dump could run to its end.
        let sessions = ServerProcess.children(of: processID)
        kill(processID, SIGKILL)
        for session in sessions { kill(session, SIGKILL) }
    }

    deinit {
        if endServer() { directory.remove() }
    }

    /// - Returns: whether this call did it.
    private func endServer() -> Bool {
        let isFirst = stopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        // Immediate shutdown: nothing of it is needed any more.
        if isFirst, ServerProcess.identifier(in: directory.path) == processID { kill(processID, SIGQUIT) }
        return isFirst
    }
}
