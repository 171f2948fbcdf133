import Glibc
import Mailer

/// Prints one figure: `compose`, `attachment PATH`, or `dkim rsa|ed25519`.
@main struct MailBench {
    static func main() async throws {
        switch CommandLine.arguments.dropFirst().first {
        case "compose": try await compose()
        case "attachment": try await attachment(CommandLine.arguments[2])
        case "dkim": try await dkim(CommandLine.arguments[2])
        default: exit(64)
        }
    }

    /// Messages a second: made, composed, and in memory as one array.
    private static func compose() async throws {
        let message = try SampleMail.message()
        let composer = MIMEComposer()
        let size = try await composer.compose(message).bytes().count
        let count = 5000
        let seconds = try await times(rounds: 15) {
            for _ in 0..<count {
                let mail = try OutgoingMail(message)
                let bytes = try await composer.compose(mail.message).bytes()
                if bytes.count < 2000 { exit(1) }
            }
        }
        print("middle", Double(count) / seconds[7])
        print("bytes", size)
    }

    /// Bytes a second of a file that is read and encoded in chunks.
    private static func attachment(_ path: String) async throws {
        var message = try SampleMail.message()
        message.attachments = [try MailAttachment(fileName: "data.bin", content: .file(path))]
        let composed = try MIMEComposer().compose(message)
        let length = Double(message.attachments[0].content.length ?? 0)
        var total = 0
        let rest = status("RssAnon")
        let seconds = try await times(rounds: 15) {
            total = 0
            for try await chunk in composed.chunks() { total += chunk.count }
        }
        print("middle", length / seconds[7])
        print("encoded", total)
        print("rest", rest)
        // Pages of programs and libraries are not what encoding takes, and the system may drop them.
        print("memory", status("VmHWM") - status("RssFile"))
        print("all", status("VmHWM"))
    }

    /// Seconds for the signatures of a message that is composed already.
    private static func dkim(_ algorithm: String) async throws {
        var signer = DKIMSigner(domain: try MailDomain("example.org"))
        let key = try DKIMKey.generate(algorithm == "rsa" ? .rsa : .ed25519)
        signer.keys = [.init(selector: try DKIMSelector("s1"), key: key)]
        let composed = try MIMEComposer().compose(SampleMail.message())
        let count = 1000
        let seconds = try await times(rounds: 9) {
            for _ in 0..<count { _ = try await signer.signature(of: composed) }
        }
        print("middle", seconds[4] / Double(count))
    }
}
