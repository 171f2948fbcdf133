import Foundation
import GroundworkCore
import GroundworkSockets
import GroundworkTestProcesses
import GroundworkTesting

/// SMTP servers of other hands, each on a free port of 127.0.0.1 for as long as a test runs.
enum ForeignServers {
    /// Runs Postfix's `smtp-sink`, which dumps all mail into one file, and `body` with its port and that file.
    /// - Parameter options: its switches for faults, such as `-r data`.
    static func withSink(_ options: [String] = [], _ body: (_ port: UInt16, _ dump: String) async throws -> Void)
        async throws
    {
        try await withTemporaryDirectory { directory in
            let port = try LoopbackPort.free()
            // It does not work as root, and must write into the directory.
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory)
            let dump = "\(directory)/mail"
            var configuration = ChildProcess.Configuration(
                "smtp-sink",
                options + (isRoot ? ["-u", "nobody"] : []) + ["-D", dump, "127.0.0.1:\(port)", "100"]
            )
            configuration.environment["PATH"] = path
            try await run(configuration, port) { try await body(port, dump) }
        }
    }

    /// Runs aiosmtpd with STARTTLS and login required (user `ada`, password `hunter2`). It knows no PIPELINING.
    /// - Parameter body: gets the port, the certificate to trust, and a closure that gives the mails so far, a JSON line each.
    static func withAiosmtpd(
        _ body: (_ port: UInt16, _ authority: String, _ mails: () -> [String]) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let port = try LoopbackPort.free()
            let authority = try writeCertificate(to: directory)
            let configuration = ChildProcess.Configuration(
                TestTools.program("python"),
                [
                    TestTools.support("smtp_server.py"), "\(port)", "\(directory)/chain.pem", "\(directory)/key.pem",
                    "\(directory)/mails",
                ]
            )
            try await run(configuration, port) {
                try await body(port, authority) {
                    let text = (try? String(contentsOfFile: "\(directory)/mails", encoding: .utf8)) ?? ""
                    return text.split(separator: "\n").map(String.init)
                }
            }
        }
    }

    /// Runs a Postfix of its own, without a system service, with STARTTLS and the mailboxes ada, bob and grün of
    /// example.org.
    /// - Parameter body: gets the port, the certificate to trust, and a closure that gives the mails in a mailbox.
    static func withPostfix(
        _ body: (_ port: UInt16, _ authority: String, _ mails: (String) -> [String]) async throws -> Void
    ) async throws {
        // Not below the temporary directory of the user: Postfix's own users must get there.
        let directory = "/tmp/groundwork-postfix-\(UUID().uuidString)"
        let files = FileManager.default
        for name in ["conf", "queue", "data", "mail"] {
            try files.createDirectory(atPath: "\(directory)/\(name)", withIntermediateDirectories: true)
        }
        defer { try? files.removeItem(atPath: directory) }
        let port = try LoopbackPort.free()
        let authority = try writeCertificate(to: directory)
        let main = "\(directory)/conf/main.cf"
        try mainFile(directory).write(toFile: main, atomically: true, encoding: .utf8)
        try masterFile(port).write(toFile: "\(directory)/conf/master.cf", atomically: true, encoding: .utf8)
        try await ChildProcess.output(of: "chown", ["postfix", "\(directory)/data", "\(directory)/mail"])
        try await ChildProcess.output(of: "postfix", ["-c", "\(directory)/conf", "check"], environment: ["PATH": path])
        let daemons = try await ChildProcess.output(
            of: "postconf",
            ["-c", "\(directory)/conf", "-hx", "daemon_directory"],
            environment: ["PATH": path]
        )
        let daemon =
            String(decoding: daemons, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) + "/master"
        // Without `-d` it wants a session of its own, which the leader of a process group cannot have.
        let configuration = ChildProcess.Configuration(daemon, ["-c", "\(directory)/conf", "-d"])
        try await run(configuration, port, log: "\(directory)/log") {
            try await body(port, authority) { mailbox in
                let new = "\(directory)/mail/\(mailbox)/new"
                let names = (try? files.contentsOfDirectory(atPath: new)) ?? []
                return names.compactMap {
                    files.contents(atPath: "\(new)/\($0)").map { String(decoding: $0, as: UTF8.self) }
                }
            }
        }
    }

    static var isRoot: Bool { geteuid() == 0 }

    /// Where Postfix's programs are is not in everybody's `PATH`.
    static var path: String { (ChildProcess.environmentValue("PATH") ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin" }

    static func run(
        _ configuration: ChildProcess.Configuration,
        _ port: UInt16,
        log: String? = nil,
        _ body: () async throws -> Void
    ) async throws {
        let server = try await ChildProcess.start(configuration)
        do {
            try await server.waitUntilReady { await LoopbackPort.accepts(port) }
            try await body()
        } catch {
            await server.stop()
            let file = log.flatMap { FileManager.default.contents(atPath: $0) } ?? Data()
            throw TestProcessError("\(error)\n\(server.log)\n\(String(decoding: file.suffix(8192), as: UTF8.self))")
        }
        await server.stop()
    }

    static func writeCertificate(to directory: String) throws -> String {
        let certificate = try ThrowAwayCertificate(hosts: ["localhost"])
        try certificate.certificatePEM.write(toFile: "\(directory)/chain.pem", atomically: true, encoding: .utf8)
        try certificate.privateKeyPEM.withValue {
            try $0.write(toFile: "\(directory)/key.pem", atomically: true, encoding: .utf8)
        }
        return certificate.authorityPEM
    }

    private static func mainFile(_ directory: String) -> String {
        """
        compatibility_level = 3.6
        queue_directory = \(directory)/queue
        data_directory = \(directory)/data
        maillog_file = \(directory)/log
        maillog_file_prefixes = \(directory)
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = postfix.test
        mydestination =
        alias_maps =
        virtual_mailbox_domains = example.org
        virtual_mailbox_base = \(directory)/mail
        virtual_mailbox_maps = inline:{ { ada@example.org = ada/ }, { bob@example.org = bob/ }, { grün@example.org = gruen/ } }
        virtual_minimum_uid = 1
        virtual_uid_maps = static:\(userID)
        virtual_gid_maps = static:\(groupID)
        default_transport = error:no relay
        smtpd_tls_security_level = may
        smtpd_tls_chain_files = \(directory)/key.pem, \(directory)/chain.pem
        smtpd_peername_lookup = no
        smtputf8_enable = yes
        strict_smtputf8 = no
        message_size_limit = 2000000
        mailbox_size_limit = 0
        virtual_mailbox_limit = 0
        in_flow_delay = 0

        """
    }

    private static var userID: uid_t { getpwnam("postfix").map { $0.pointee.pw_uid } ?? 0 }
    private static var groupID: gid_t { getpwnam("postfix").map { $0.pointee.pw_gid } ?? 0 }

    private static func masterFile(_ port: UInt16) -> String {
        """
        \(port) inet n - n - - smtpd
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        virtual unix - n n - - virtual
        error unix - - n - - error
        showq unix n - n - - showq
        proxymap unix - - n - - proxymap
        anvil unix - - n - 1 anvil
        postlog unix-dgram n - n - 1 postlogd

        """
    }
}
