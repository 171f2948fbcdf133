import Mailer

/// Sends many small mails through one connection and prints how many went out in a second:
/// `smtp-bench PORT COUNT grouped|across BYTES`.
@main struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let port = UInt16(arguments[1]), let count = Int(arguments[2]),
            let size = Int(arguments[4]), ["grouped", "across"].contains(arguments[3])
        else {
            print("usage: smtp-bench PORT COUNT grouped|across BYTES")
            throw Failure()
        }
        var configuration = SMTPConfiguration(host: "127.0.0.1", port: port, security: .none)
        configuration.maximumConnections = 1
        configuration.maximumMessagesPerConnection = .max
        configuration.maximumWaiting = .max
        configuration.pipelinesAcrossMessages = arguments[3] == "across"
        let transport = try SMTPTransport(configuration)
        let line = String(repeating: "x", count: 62) + "\r\n"
        let message = try MailMessage(
            from: Mailbox("sender@example.org"),
            to: [Mailbox("recipient@example.org")],
            subject: "benchmark",
            text: String(repeating: line, count: max(1, size / 64))
        )
        let mail = try OutgoingMail(message)
        // The connection is made and warm.
        _ = try await transport.send(mail, deadline: nil)
        let mails = Array(repeating: mail, count: count)
        let began = ContinuousClock.now
        let results = await transport.send(mails, deadline: began + .seconds(600))
        let elapsed = ContinuousClock.now - began
        for result in results {
            guard try result.get().isAccepted else { throw Failure() }
        }
        await transport.shutdown()
        print(Double(count) / (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18))
    }

    struct Failure: Error {}
}
