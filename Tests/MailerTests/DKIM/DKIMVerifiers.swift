import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Mailer

/// Verifiers of signatures that nobody here wrote.
enum DKIMVerifiers {
    private struct Question: Encodable {
        var message: String
        var records: [String: String]
    }

    /// A signer for example.org, and the records that publish its keys.
    static func signer(_ algorithms: [DKIMKey.Algorithm] = [.ed25519, .rsa]) throws -> (DKIMSigner, [String: String]) {
        var signer = DKIMSigner(domain: try MailDomain("example.org"))
        var records: [String: String] = [:]
        for algorithm in algorithms {
            let key = try DKIMKey.generate(algorithm)
            let selector = try DKIMSelector(algorithm == .rsa ? "r1" : "e1")
            signer.keys.append(.init(selector: selector, key: key))
            records["\(selector)._domainkey.example.org"] = key.dnsRecord
        }
        return (signer, records)
    }

    static func signed(_ message: MailMessage, _ signer: DKIMSigner) async throws -> [UInt8] {
        let composed = try Samples.composer().compose(message)
        let signature = try await signer.signature(of: composed)
        var result: [UInt8] = []
        for try await chunk in composed.chunks(prefix: signature) { result += chunk }
        return result
    }

    /// Lets dkimpy verify every signature of each message.
    static func dkimpy(_ messages: [([UInt8], [String: String])]) async throws -> [[Bool]] {
        let script = """
            import base64, dkim, json, sys
            result = []
            def verify(message, i, dns):
                # A wrong hash of the body is thrown, a wrong signature is answered.
                try: return dkim.DKIM(message).verify(idx=i, dnsfunc=dns)
                except dkim.ValidationError: return False
            for q in json.load(sys.stdin):
                message = base64.b64decode(q["message"])
                def dns(name, timeout=5): return q["records"].get(name.decode().rstrip("."), "").encode() or None
                count = message.split(b"\\r\\n\\r\\n")[0].lower().count(b"dkim-signature:")
                result.append([verify(message, i, dns) for i in range(count)])
            json.dump(result, sys.stdout)
            """
        return try await MailReaders.python(
            script,
            messages.map { Question(message: Base64.encode($0.0), records: $0.1) },
            as: [[Bool]].self
        )
    }

    /// Lets OpenDKIM verify each message; its verdicts, such as `verification (s=r1, d=example.org, …) succeeded`.
    static func openDKIM(_ messages: [[UInt8]], _ records: [String: String]) async throws -> [String] {
        // It is where system programs are, which not every user's PATH names.
        let program = (try? ChildProcess.path(of: "opendkim")) ?? "/usr/sbin/opendkim"
        return try await withTemporaryDirectory { folder in
            let names = messages.indices.map { "\($0).eml" }
            for (name, message) in zip(names, messages) {
                try Data(message).write(to: URL(filePath: "\(folder)/\(name)"))
            }
            let keys = records.map { "\($0.key) \($0.value)\n" }.joined()
            try Data(keys.utf8).write(to: URL(filePath: "\(folder)/keys"))
            let settings = "TestPublicKeys \(folder)/keys\nMode v\nSyslog no\n"
            try Data(settings.utf8).write(to: URL(filePath: "\(folder)/conf"))
            let arguments = ["-t", names.joined(separator: ","), "-x", "\(folder)/conf"]
            var configuration = ChildProcess.Configuration(program, arguments)
            configuration.workingDirectory = folder
            let outcome = try await ChildProcess.run(configuration)
            let lines = (outcome.outputText + outcome.errorText).split(separator: "\n")
            return names.map { name in
                lines.filter { $0.contains(" \(name): ") }.joined(separator: "\n")
            }
        }
    }
}
