import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import Mailer

/// What an independent reader makes of a message.
struct ReadMail: Decodable {
    struct Part: Decodable {
        var type: String
        var disposition: String?
        var fileName: String?
        var contentID: String?
        /// Base64 of the decoded bytes; of the text in UTF-8 for texts.
        var content: String
        var encoding: String?

        var bytes: [UInt8] { Base64.decode(content) ?? [] }
        var text: String { String(decoding: bytes, as: UTF8.self).replacing(ascii: "\r", with: "") }
    }

    struct Address: Decodable, Equatable {
        var name: String
        var address: String
    }

    var headers: [[String]]
    var defects: [String]
    var from: [Address]
    var to: [Address]
    var parts: [Part]

    func header(_ name: String) -> String? { headers.first { $0[0].lowercased() == name.lowercased() }?[1] }
    var subject: String? { header("Subject") }
    func parts(_ type: String) -> [Part] { parts.filter { $0.type == type } }
}

/// Readers of mail that nobody here wrote.
enum MailReaders {
    /// Runs a script of the tests' Python that reads JSON and writes JSON.
    static func python<Input: Encodable, Output: Decodable>(
        _ script: String,
        _ input: Input,
        as output: Output.Type
    ) async throws -> Output {
        let result = try await ChildProcess.output(
            of: TestTools.program("python3"),
            ["-c", script],
            input: Array(JSONEncoder().encode(input))
        )
        return try JSONDecoder().decode(Output.self, from: Data(result))
    }

    /// Python's `email` with its default policy.
    static func pythonEmail(_ messages: [[UInt8]]) async throws -> [ReadMail] {
        try await python(emailScript, messages.map { Base64.encode($0) }, as: [ReadMail].self)
    }

    /// `fast-mail-parser`, which is written in Rust.
    static func rust(_ messages: [[UInt8]]) async throws -> [ReadMail] {
        try await python(rustScript, messages.map { Base64.encode($0) }, as: [ReadMail].self)
    }

    private static let emailScript = """
        import base64, email, email.policy, json, sys
        b64 = lambda b: base64.b64encode(b).decode()
        def addresses(h):
            if h is None: return []
            return [{"name": a.display_name, "address": a.addr_spec} for a in h.addresses]
        result = []
        for text in json.load(sys.stdin):
            m = email.message_from_bytes(base64.b64decode(text), policy=email.policy.default)
            defects, parts = [], []
            for p in m.walk():
                defects += [repr(d) for d in p.defects]
                for k, v in p.items(): defects += [k + ": " + repr(d) for d in v.defects]
                if p.is_multipart() and p.get_content_type() != "message/rfc822": continue
                if p.get_content_type() == "message/rfc822":
                    content = p.get_content().as_bytes(policy=email.policy.SMTP)
                elif p.get_content_maintype() == "text":
                    content = p.get_payload(decode=True).decode(p.get_content_charset() or "ascii").encode()
                else:
                    content = p.get_payload(decode=True)
                parts.append({"type": p.get_content_type(), "disposition": p.get_content_disposition(),
                    "fileName": p.get_filename(), "contentID": p["content-id"], "content": b64(content),
                    "encoding": p["content-transfer-encoding"]})
            result.append({"headers": [[k, str(v)] for k, v in m.items()], "defects": defects,
                "from": addresses(m["from"]), "to": addresses(m["to"]), "parts": parts})
        json.dump(result, sys.stdout)
        """

    private static let rustScript = """
        import base64, json, sys
        from fast_mail_parser import parse_email
        b64 = lambda b: base64.b64encode(b).decode()
        result = []
        for text in json.load(sys.stdin):
            m = parse_email(base64.b64decode(text))
            parts = [{"type": "text/plain", "content": b64(t.encode())} for t in m.text_plain]
            parts += [{"type": "text/html", "content": b64(t.encode())} for t in m.text_html]
            for a in m.attachments:
                parts.append({"type": a.mimetype, "disposition": a.disposition, "fileName": a.filename or None,
                    "contentID": a.content_id, "content": b64(a.content)})
            address = lambda a: {"name": a.display_name or "", "address": a.address}
            result.append({"headers": [[k, v] for k, vs in m.headers.items() for v in vs],
                "defects": [str(w) for w in m.warnings],
                "from": [address(m.from_)] if m.from_ else [], "to": [address(a) for a in m.to], "parts": parts})
        json.dump(result, sys.stdout)
        """
}

extension MIMEMessage {
    /// What must hold for every message: CRLF only, short lines, no byte that SMTP would trip over.
    static func violations(of bytes: [UInt8], allowsUTF8Header: Bool = false) -> [String] {
        var result: [String] = []
        var column = 0
        var last: UInt8 = 0
        for byte in bytes {
            if byte == 0 { result.append("NUL") }
            if byte == 0x0A, last != 0x0D { result.append("bare LF") }
            if last == 0x0D, byte != 0x0A { result.append("bare CR") }
            if byte >= 0x80, !allowsUTF8Header { result.append("8-bit byte") }
            column = byte == 0x0A ? 0 : column + 1
            if column > 999 { result.append("long line") }
            last = byte
            if result.count > 5 { break }
        }
        if last != 0x0A { result.append("no line end at the end") }
        return result
    }
}
