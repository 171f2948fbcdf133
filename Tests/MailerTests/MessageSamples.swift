import FoundationEssentials
import GroundworkTesting
import Mailer

/// Messages for the tests.
enum Samples {
    static let date = Date(timeIntervalSince1970: 1_764_189_000)

    static func message(subject: String = "Hello", text: String? = "Hi\n", html: String? = nil) throws -> MailMessage {
        var message = try MailMessage(
            from: Mailbox("Shop <shop@example.org>"),
            to: [Mailbox("Ada Lovelace <ada@example.com>")],
            subject: subject,
            text: text,
            html: html
        )
        message.date = date
        message.messageID = try MessageID("test@example.org")
        return message
    }

    static func composer(_ seed: UInt64 = 1) -> MIMEComposer { MIMEComposer(random: ManualRandom(seed: seed)) }

    static func compose(_ message: MailMessage, seed: UInt64 = 1) async throws -> [UInt8] {
        let composed = try composer(seed).compose(message)
        let bytes = try await composed.bytes()
        if let size = composed.size, size != bytes.count { throw MailError(.invalidMessage, "size \(size)") }
        return bytes
    }

    /// Texts that have tripped composers: encodings, line ends, boundaries, smuggling.
    static let texts = [
        "", "plain", "plain\n", "two\nlines\n", "crlf\r\nlines\r\n", "cr\ronly\r", "trailing space \nand tab\t\n",
        "  leading", ".\n..\n.dot\n", "a\n.\nMAIL FROM:<x@y.z>\n", "a\r\n.\r\nQUIT\r\n", "From here\nFrom there\n",
        "--=_deadbeef\n--\n", "ümläut and ß = ÷\n", "日本語のメールです。\n二行目\n", "🙂👩‍👩‍👧‍👦 family\n", "=C3=A4 =\n=\n",
        String(repeating: "x", count: 78) + "\n", String(repeating: "x", count: 79) + "\n",
        String(repeating: "x", count: 5000), String(repeating: "ä", count: 500), String(repeating: "word ", count: 400),
        String(repeating: "=", count: 100), "tab\tin\tbetween\n", "nul\u{0}inside\n", "esc\u{1B}[31m\n", "\n\n\n",
        "end  ",
        "https://example.org/" + String(repeating: "path/", count: 60) + "?q=1\n",
    ]

    static let subjects = [
        "", "Hello", "Grüße aus Köln", "日本語の件名がここにとても長く書かれていますので折り返されます。", "a  double  space", " leading",
        "trailing ", "=?utf-8?q?not_encoded?=", "x =?y?= z", String(repeating: "word ", count: 60) + "end",
        String(repeating: "x", count: 300), String(repeating: "ü", count: 300), "mixed ä and b and ö and c",
        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "a_b=c?d", "ä  ö", "  ä  ", "5 < 6 & \"q\" (c), d; e: f@g",
        "https://example.org/" + String(repeating: "a", count: 200) + " then text",
    ]

    static let fileNames = [
        "report.pdf", "two words.pdf", "Übersicht.pdf", "日本語ファイル名.txt", "quote\".pdf", "semi;colon=x.pdf", "100%.txt",
        "=?utf-8?q?x?=.pdf", String(repeating: "long", count: 40) + ".pdf", String(repeating: "ä", count: 100) + ".pdf",
        "a'b.pdf", "🙂.png", " .x",
    ]
}
