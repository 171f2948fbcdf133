import Foundation
import GroundworkTestProcesses

extension ForeignServers {
    /// Runs Exim 4 in a throw-away root, with STARTTLS, and login offered through it (user `ada`, password `hunter2`); it
    /// takes all of example.org but `ghost`.
    /// - Parameter body: gets the port, the certificate to trust, and a closure that gives the mails taken so far.
    static func withExim(_ body: (_ port: UInt16, _ authority: String, _ mails: () -> [String]) async throws -> Void)
        async throws
    {
        try await withRoot("exim", ["/usr/sbin/exim4"]) { root in
            let port = try LoopbackPort.free()
            let authority = try writeCertificate(to: root)
            let etc = "\(root)/etc/exim4"
            try FileManager.default.createDirectory(atPath: etc, withIntermediateDirectories: true)
            try eximFile(port).write(toFile: "\(etc)/exim4.conf", atomically: false, encoding: .utf8)
            try await ChildProcess.output(of: "chmod", ["640", "\(etc)/exim4.conf"])
            let owned = ["key.pem", "mail", "var/spool", "var/log/exim4"].map { "\(root)/\($0)" }
            try await ChildProcess.output(of: "chown", ["-R", "801:801"] + owned)
            var configuration = ChildProcess.Configuration("chroot", [root, "/usr/sbin/exim4", "-bdf", "-q1m"])
            configuration.environment["PATH"] = path
            try await run(configuration, port, log: "\(root)/var/log/exim4/mainlog") {
                try await body(port, authority) { files(in: "\(root)/mail/all/new") }
            }
        }
    }

    /// Runs OpenSMTPD in a throw-away root; it takes the mail of ada and bob at example.org, in clear. It knows neither
    /// PIPELINING nor SMTPUTF8. (Debian 12's build cannot sign its side of a TLS handshake.)
    /// - Parameter body: gets the port and a closure that gives the mails in a mailbox.
    static func withOpenSMTPD(_ body: (_ port: UInt16, _ mails: (String) -> [String]) async throws -> Void) async throws
    {
        let programs = ["/usr/sbin/smtpd", "/usr/libexec/opensmtpd", "/usr/bin/sh"]
        try await withRoot("opensmtpd", programs) { root in
            let port = try LoopbackPort.free()
            for name in ["var/lib/opensmtpd/empty", "var/spool/smtpd", "mail/ada", "mail/bob"] {
                try FileManager.default.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true)
            }
            try await ChildProcess.output(of: "chmod", ["711", "\(root)/var/spool/smtpd"])
            try await ChildProcess.output(of: "chown", ["811", "\(root)/mail/ada"])
            try await ChildProcess.output(of: "chown", ["812", "\(root)/mail/bob"])
            try openSMTPDFile(port).write(toFile: "\(root)/etc/smtpd.conf", atomically: false, encoding: .utf8)
            var configuration = ChildProcess.Configuration("chroot", [root, "/usr/sbin/smtpd", "-d"])
            configuration.environment["PATH"] = path
            try await run(configuration, port) {
                try await body(port) { files(in: "\(root)/mail/\($0)/Maildir/new") }
            }
        }
    }

    private static func withRoot(_ name: String, _ programs: [String], _ body: (String) async throws -> Void)
        async throws
    {
        // Not below the temporary directory of the user: the server's own users must get there.
        let root = "/tmp/groundwork-\(name)-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let parties = try await MailParties.folder()
        try await ChildProcess.output(of: TestTools.support("mail_root.sh"), [parties, root] + programs)
        try await body(root)
    }

    private static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static func eximFile(_ port: UInt16) -> String {
        """
        primary_hostname = exim.test
        daemon_smtp_ports = \(port)
        local_interfaces = 127.0.0.1
        acl_smtp_rcpt = recipients
        acl_smtp_data = accept
        spool_directory = /var/spool/exim4
        log_file_path = /var/log/exim4/%slog
        tls_advertise_hosts = *
        tls_certificate = /chain.pem
        tls_privatekey = /key.pem
        dsn_advertise_hosts = *
        smtputf8_advertise_hosts = *
        message_size_limit = 2M
        host_lookup =
        rfc1413_query_timeout = 0s
        deliver_drop_privilege = true
        keep_environment =
        check_spool_space = 0
        check_spool_inodes = 0
        dkim_verify_signers =
        never_users =
        begin acl
        recipients:
          deny local_parts = ghost
               message = 5.1.1 No such user
          accept domains = example.org
          deny message = 5.7.1 No relay
        begin routers
        all:
          driver = accept
          domains = example.org
          transport = maildir
        begin transports
        maildir:
          driver = appendfile
          maildir_format
          directory = /mail/all
          create_directory
          user = Debian-exim
          group = Debian-exim
        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_advertise_condition = ${if eq{$tls_in_cipher}{}{}{*}}
          server_prompts = :
          server_set_id = $auth2
          server_condition = ${if and{{eq{$auth2}{ada}}{eq{$auth3}{hunter2}}}}

        """
    }

    private static func openSMTPDFile(_ port: UInt16) -> String {
        """
        smtp max-message-size "2M"
        listen on 127.0.0.1 port \(port) hostname opensmtpd.test
        action "boxes" maildir "/mail/%{user.username}/Maildir"
        match from any for domain "example.org" action "boxes"

        """
    }
}
