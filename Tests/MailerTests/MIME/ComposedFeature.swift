import GroundworkCore
import GroundworkTesting
import Mailer

/// One thing that a message can have, and what a reader must find in it.
struct ComposedFeature: Sendable, CustomStringConvertible {
    var description: String
    var message: MailMessage
    /// The texts, in any order.
    var texts: [String] = []
    /// The bytes of files, in any order.
    var files: [[UInt8]] = []
    /// The names of files, in any order.
    var fileNames: [String] = []

    init(_ name: String, texts: [String] = [], _ change: (inout MailMessage) throws -> Void) throws {
        description = name
        message = try Samples.message(subject: name, text: texts.first ?? "Hi\n")
        self.texts = texts.isEmpty ? ["Hi\n"] : texts
        // The name is how a server's copy is found again.
        let id = name.utf8.map { $0.isASCIIWhitespace ? 0x2D : $0 }
        message.messageID = try MessageID("\(String(decoding: id, as: UTF8.self))@example.org")
        try change(&message)
        for attachment in message.attachments {
            fileNames.append(attachment.fileName)
            if case .bytes(let chunks) = attachment.content.source { files.append(Array(chunks.joined())) }
        }
    }

    static let calendar =
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

    /// Every feature of the composer.
    static func all() throws -> [ComposedFeature] {
        let random = ManualRandom(seed: 7)
        let picture = random.bytes(2000)
        let large = random.bytes(300_000)
        let long = String(repeating: "word ", count: 300) + "\n"
        return [
            try ComposedFeature("seven bit text", texts: ["Plain words.\nAnd more.\n"]) { _ in },
            try ComposedFeature("quoted printable text", texts: ["Grüße = 100 %\n\(long)end \n"]) { _ in },
            try ComposedFeature("base64 text", texts: ["日本語のメールです。\n二行目です。\n"]) { _ in },
            try ComposedFeature("dots and From", texts: [".\n..\nFrom here\n.end\n"]) { _ in },
            try ComposedFeature("alternative", texts: ["plain\n", "<p>Grüße</p>\n"]) { $0.html = "<p>Grüße</p>\n" },
            try ComposedFeature("text from HTML", texts: ["Read it (https://example.org/a?b=1&c=2)\n"]) {
                $0.text = nil
                $0.html = "<p>Read <a href=\"https://example.org/a?b=1&amp;c=2\">it</a></p>"
            },
            try ComposedFeature("inline image", texts: ["plain\n", "<img src=\"cid:logo@inline\">\n"]) {
                $0.html = "<img src=\"cid:logo@inline\">\n"
                $0.attachments = [
                    try .inline(ContentID("logo"), fileName: "logo.png", content: .bytes(picture))
                ]
            },
            try ComposedFeature("calendar invitation", texts: ["Meet?\n", calendar]) {
                $0.calendar = MailCalendar(method: .request, text: calendar)
            },
            try ComposedFeature("attachments") {
                $0.attachments = [
                    try MailAttachment(fileName: "a.pdf", content: .bytes(picture)),
                    try MailAttachment(fileName: "two words.bin", content: .bytes(large)),
                ]
            },
            try ComposedFeature("file name beyond ASCII") {
                $0.attachments = [try MailAttachment(fileName: "Übersicht.pdf", content: .bytes(picture))]
            },
            try ComposedFeature("long file name") {
                let name = String(repeating: "ä", count: 60) + ".pdf"
                $0.attachments = [try MailAttachment(fileName: name, content: .bytes(picture))]
            },
            try ComposedFeature("everything", texts: ["Grüße\n", "<img src=\"cid:i@x\">\n", calendar]) {
                $0.html = "<img src=\"cid:i@x\">\n"
                $0.calendar = MailCalendar(method: .request, text: calendar)
                $0.attachments = [
                    try .inline(ContentID("i@x"), fileName: "i.gif", content: .bytes(picture)),
                    try MailAttachment(fileName: "b.zip", content: .bytes([1, 2, 3])),
                ]
            },
            try ComposedFeature("quoted local part") { $0.cc = [try Mailbox("Ada <\"a b\"@example.org>")] },
            try ComposedFeature("headers of all kinds") {
                $0.sender = try Mailbox("daemon@example.org")
                $0.replyTo = try MailAddressList("Team: a@example.org, \"B, b\" <b@example.org>;, c@example.org")
                $0.cc = [try Mailbox("Jürgen Müller <c@example.org>"), try Mailbox("d@example.org")]
                $0.subject = try HeaderValue(String(repeating: "Grüße 日本 ", count: 20))
                $0.priority = .high
                $0.locale = .german
                $0.references = [try MessageID("a@b"), try MessageID("c@d")]
                $0.listUnsubscribe = try .oneClick(url: "https://example.org/" + String(repeating: "u", count: 400))
                $0.headers = [try MailHeader("X-Campaign", "Frühling  und Sommer ")]
            },
        ]
    }
}
