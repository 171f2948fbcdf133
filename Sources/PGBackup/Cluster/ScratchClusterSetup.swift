import FoundationEssentials
import Glibc
import GroundworkCore

/// The making of a cluster: its directory, its user, its programs.
struct ScratchClusterSetup: Sendable {
    let password: Secret<String>
    let binaries: String
    let directory: OwnedDirectory
    let account: ServerAccount?
    private let configuration: ScratchCluster.Configuration

    private var data: String { "\(directory.path)/data" }

    init(_ configuration: ScratchCluster.Configuration) throws {
        self.configuration = configuration
        binaries = try ServerPrograms.find(configuration.binaries)
        account = geteuid() == 0 ? try ServerAccount.unprivileged() : nil
        password = Secret(Hex.encode(SystemRandom().bytes(16)))
        directory = try OwnedDirectory(in: configuration.base, prefix: configuration.directoryPrefix)
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
                "--pgdata=\(data)", "--username=\(ScratchCluster.user)", "--auth=scram-sha-256",
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
            "listen_addresses": configuration.listensOnLoopback ? "127.0.0.1" : "", "port": "\(port)",
            "unix_socket_directories": "\(directory.path)/run",
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
        guard let processID = ServerProcess.identifier(in: directory.path) else {
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
            await ServerProcess.end(naming: data)
            throw error
        }
    }

    private func runOrFail(_ program: String, _ arguments: [String], failure: PGBackupError.Code) async throws {
        var command = ToolCommand(
            program.hasPrefix("/") ? program : "\(binaries)/\(program)",
            arguments,
            environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "\(binaries):/usr/bin:/bin"]
        )
        // The umask of setpriv's child is ours; openssl makes its key for the owner only by itself.
        if let account { command = command.run(asUser: account.userID, group: account.groupID) }
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
}
