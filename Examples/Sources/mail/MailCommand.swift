import ArgumentParser
import FoundationEssentials
import Mailer
import Terminal

@main
struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail",
        abstract: "Sends, checks and previews an app's mails, and verifies what providers report.",
        discussion: """
            It is configured by EMAIL_PROVIDER (resend, sendgrid, smtp, file, maildir), RESEND_API_KEY, SENDGRID_API_KEY, \
            SMTP_URL, EMAIL_DIRECTORY, EMAIL_FROM, APP_NAME and APP_URL. `mail check` says what is wrong with them.

            Exit codes:

              0  done                          64   wrong arguments
              1  failed, or refused            130  interrupted
              2  wrong configuration
              3  unknown: the mail may have been sent
            """,
        subcommands: [Send.self, Check.self, Preview.self, VerifyWebhook.self]
    )
}

/// Runs `work`, and turns an error into one sentence and an exit code.
func reportingErrors(json: Bool = false, _ work: @escaping @Sendable () async throws -> Void) async throws {
    do {
        try await withInterruption {
            try await work()
            try Console.checkOutput()
        }
    } catch let exit as ExitCode {
        throw exit
    } catch let error as ValidationError {
        throw error
    } catch let interruption as Interruption {
        Console.note("mail: Interrupted.")
        throw ExitCode(interruption.exitCode)
    } catch is ReaderGone {
        // As a program that SIGPIPE ended: who reads has enough.
        throw ExitCode(141)
    } catch let error as WriteFailure {
        Console.note("mail: \(error)")
        throw ExitCode(1)
    } catch {
        let mailError = error as? MailError
        let text = mailError.map { "\($0.transport.map { "\($0): " } ?? "")\($0.message)" } ?? "\(error)"
        if json {
            let code = mailError?.code.rawValue ?? "failed"
            Console.print(JSONText.object([("ok", false), ("code", .string(code)), ("error", .string(text))]).text)
        } else {
            Console.note("mail: \(text)")
        }
        throw ExitCode(mailError?.code == .invalidConfiguration ? 2 : 1)
    }
}

/// The mailer of the environment.
func makeMailer() throws -> Mailer { try Mailer(environment: ProcessInfo.processInfo.environment) }
