import FoundationEssentials
import Glibc
import GroundworkCore
import PGBackup

/// The making of a cluster: its directory, its user, its programs.
struct PostgresClusterSetup: Sendable {
    /// The user that the server runs as when we are root.
    struct Account: Sendable {
        let name = "postgres"
        let userID: UInt32
        let groupID: UInt32
    }

    let password: Secret<String>
    let binaries: String
    let directory: OwnedDirectory
    let account: Account?
    private let configuration: PostgresCluster.Configuration

    private var data: String { "\(directory.path)/data" }

    init(_ configuration: PostgresCluster.Configuration) throws {
        self.configuration = configuration
        binaries = try Self.findBinaries(configuration.binaries)
        account = geteuid() == 0 ? try Self.postgresAccount() : nil
        password = Secret(Hex.encode(SystemRandom().bytes(16)))
        directory = try OwnedDirectory(in: configuration.base, prefix: PostgresCluster.directoryPrefix)
        let word = password.withValue { Array("*:*:*:*:\($0)\n".utf8) }
        _ = try directory.write("pgpass", word)
        _ = try directory.write("password", password.withValue { Array("\($0)\n".utf8) })
        _ = try directory.write("log", [])
        for name in ["data", "run"] {
            try check(unsafe mkdir("\(directory.path)/\(name)", 0o700), "mkdir", "\(directory.path)/\(name)")
        }
        guard let account else { return }
        // The server's user must get through to its data, and may list nothing.
        try check(unsafe chmod(directory.path, 0o711), "chmod", directory.path)
        for name in ["data", "run", "password", "log"] {
            let path = "\(directory.path)/\(name)"
            try check(unsafe chown(path, account.userID, account.groupID), "chown", path)
        }
    }

    private func check(_ status: Int32, _ call: String, _ path: String) throws(SystemCallError) {
        guard status == 0 else { throw SystemCallError(number: errno, call: call, path: path) }
    }

    /// Runs initdb and writes the configuration.
    func initialize() async throws {
        try await run(
            "initdb",
            [
                "--pgdata=\(data)", "--username=groundwork", "--auth=scram-sha-256",
                "--pwfile=\(directory.path)/password", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            ],
            failure: .systemFailure
        )
        guard configuration.offersTLS else { return }
        try await run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-keyout", "\(data)/server.key", "-out", "\(data)/server.crt",
            ],
            failure: .systemFailure
        )
    }

    /// Starts the server and waits until it answers.
    /// - Returns: its process id.
    func start(port: UInt16) async throws -> Int32 {
        var settings = [
            "listen_addresses": "127.0.0.1", "port": "\(port)", "unix_socket_directories": "\(directory.path)/run",
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
            "max_wal_senders": "0", "max_wal_size": "2GB", "shared_buffers": "64MB", "max_connections": "200",
            "lc_messages": "C", "jit": "off", "timezone": "UTC", "log_timezone": "UTC",
        ]
        if configuration.offersTLS { settings["ssl"] = "on" }
        settings.merge(configuration.settings) { $1 }
        var text = ""
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            let quoted = value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
            text += "\(name) = '\(quoted)'\n"
        }
        let file = try OpenFile("\(data)/postgresql.auto.conf", flags: O_WRONLY | O_CREAT | O_TRUNC)
        try file.write(Array(text.utf8), at: 0)
        try await run(
            "pg_ctl",
            [
                "start", "--pgdata=\(data)", "--log=\(directory.path)/log", "--wait", "--silent",
                "--timeout=\(Int(configuration.startTimeout.seconds.rounded(.up)))",
            ],
            failure: .connectionFailed
        )
        guard let processID = Self.processID(in: directory.path) else {
            throw PGBackupError(.connectionFailed, "The server started and left no postmaster.pid in \(data).")
        }
        return processID
    }

    /// Runs a program; when it fails or is cancelled, no server of this cluster is left.
    private func run(_ program: String, _ arguments: [String], failure: PGBackupError.Code) async throws {
        do {
            try await runOrFail(program, arguments, failure: failure)
        } catch {
            // pg_ctl is gone, and the server that it started would stay.
            await endServers()
            throw error
        }
    }

    /// Ends every process whose command line names the data directory, also one that has not written its id yet.
    private func endServers() async {
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        var asked: Set<Int32> = []
        while true {
            let servers = Self.processes(naming: data)
            let isLate = ContinuousClock.now >= deadline
            for server in servers where isLate || asked.insert(server).inserted {
                kill(server, isLate ? SIGKILL : SIGQUIT)
            }
            if servers.isEmpty || isLate { return }
            // Not ours to be cancelled: the task may be so already.
            await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
        }
    }

    private static func processes(naming path: String) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { processID in
            guard processID > 1, processID != getpid(), isAlive(processID),
                let command = try? OpenFile("/proc/\(processID)/cmdline").read(4096, at: 0)
            else { return false }
            return String(decoding: command, as: UTF8.self).contains(path)
        }
    }

    private func runOrFail(_ program: String, _ arguments: [String], failure: PGBackupError.Code) async throws {
        var command = ToolCommand(
            program.hasPrefix("/") ? program : "\(binaries)/\(program)",
            arguments,
            environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "\(binaries):/usr/bin:/bin"]
        )
        // The umask of setpriv's child is ours; openssl makes its key for the owner only by itself.
        if let account { command = command.run(as: account.name) }
        let result = try await command.run()
        guard result.exit.isSuccess else {
            let log = (try? OpenFile("\(directory.path)/log").read(8192, at: 0)) ?? []
            let said = [result.errorText, result.outputText, String(decoding: log, as: UTF8.self)].joined(
                separator: "\n"
            )
            throw PGBackupError(
                failure,
                "\(program) failed (\(result.exit)); the throw-away cluster cannot be used.",
                toolOutput: said.trimmingASCIIWhitespace()
            )
        }
    }

    private static func findBinaries(_ configured: String?) throws(PGBackupError) -> String {
        var candidates: [String] = []
        if let configured {
            candidates = [configured]
        } else {
            let parent = "/usr/lib/postgresql"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
            candidates = names.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(parent)/\($0)/bin" }
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            candidates += path.split(separator: ":").map(String.init)
        }
        for directory in candidates {
            let programs = ["initdb", "pg_ctl", "postgres", "psql"]
            if programs.allSatisfy({ unsafe access("\(directory)/\($0)", X_OK) == 0 }) { return directory }
        }
        throw PGBackupError(
            .toolMissing,
            "No PostgreSQL server was found (initdb, pg_ctl, postgres). Install the package postgresql (Debian and "
                + "Ubuntu), or name the directory of its programs in PostgresCluster.Configuration.binaries."
        )
    }

    private static func postgresAccount() throws(PGBackupError) -> Account {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        let status = unsafe buffer.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress else { return ENOMEM }
            return unsafe getpwnam_r("postgres", &entry, base, $0.count, &found)
        }
        guard status == 0, unsafe found != nil else {
            throw PGBackupError(
                .systemFailure,
                "A PostgreSQL server does not run as root, and there is no user postgres to run it as. Install the package "
                    + "postgresql, which makes that user, or run as another user."
            )
        }
        return Account(userID: unsafe entry.pw_uid, groupID: unsafe entry.pw_gid)
    }

    /// A port of the loopback that nobody uses at the moment.
    static func freePort() throws(SystemCallError) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemCallError(number: errno, call: "socket") }
        let handle = OpenFile(adopting: descriptor, path: "socket")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard unsafe bind(handle.descriptor, generic, length) == 0 else { return Int32(-1) }
                return unsafe getsockname(handle.descriptor, generic, &length)
            }
        }
        guard status == 0 else { throw SystemCallError(number: errno, call: "bind") }
        return UInt16(bigEndian: address.sin_port)
    }

    /// The process id that the server of a cluster's directory wrote, if that process is such a server.
    static func processID(in path: String) -> Int32? {
        guard let bytes = try? OpenFile("\(path)/data/postmaster.pid").read(256, at: 0),
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first,
            let processID = Int32(line), processID > 1,
            let command = try? OpenFile("/proc/\(processID)/cmdline").read(4096, at: 0),
            String(decoding: command, as: UTF8.self).contains("\(path)/data")
        else { return nil }
        return processID
    }

    /// The processes whose parent is `processID`.
    static func children(of processID: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { status(of: $0)?.dropFirst().first == "\(processID)" }
    }

    /// Whether a process runs; one that has ended and was not yet waited for does not.
    static func isAlive(_ processID: Int32) -> Bool {
        guard let state = status(of: processID)?.first else { return false }
        return state != "Z"
    }

    /// The fields of `/proc/PID/stat` behind the program's name: state, parent, …
    private static func status(of processID: Int32) -> [Substring]? {
        guard let bytes = try? OpenFile("/proc/\(processID)/stat").read(1024, at: 0) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.lastIndex(of: ")").map { text[$0...].dropFirst(2).split(separator: " ") }
    }
}
