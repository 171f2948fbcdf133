import ArgumentParser
import FoundationEssentials
import Mailer
import MailerTesting
import Terminal

/// The gallery of all mails.
struct Preview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a page that shows every mail in light and dark, on a desktop and a phone.",
        discussion: """
            It takes APP_NAME, APP_URL, APP_COLOR, APP_FOOTER and APP_SUPPORT_EMAIL where they are set, and samples where \
            they are not. Tokens are placeholders.
            """
    )

    @Option(name: .shortAndLong, help: "The file of the page; - is standard output.")
    var output = "mails.html"

    @Option(help: "The languages, with commas between them.")
    var locales = "en,de"

    @Flag(help: "Serve the page on this machine instead, made anew for each visit.")
    var serve = false

    @Option(help: "With --serve: the port; 0 takes a free one.")
    var port: UInt16 = 8025

    func run() async throws {
        let arguments = self
        try await reportingErrors {
            let preview = try arguments.preview(ProcessInfo.processInfo.environment)
            if arguments.serve {
                try await PreviewServer.run(port: arguments.port) { try await preview.page() }
            } else if arguments.output == "-" {
                try Console.output(Array(try await preview.page().utf8))
            } else {
                let page = try await preview.page()
                do { try page.write(toFile: arguments.output, atomically: true, encoding: .utf8) } catch {
                    throw ValidationError("The file \(arguments.output) cannot be written.")
                }
                Console.print("\(arguments.output): \(try await preview.captures().count) mails")
            }
        }
    }

    private func preview(_ environment: [String: String]) throws -> MailPreview {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let url = try MailAppURL(value("APP_URL") ?? "https://app.example.org", allowsLocalHTTP: true)
        var brand = MailBrand(name: value("APP_NAME") ?? "Tea & Co", appURL: url)
        if let color = value("APP_COLOR") { brand.color = try MailColor(color) }
        brand.footer = value("APP_FOOTER") ?? "Tea & Co, 1 Leaf Lane, Cologne"
        brand.supportAddress = try EnvelopeAddress(value("APP_SUPPORT_EMAIL") ?? "help@example.org")
        let list = try locales.split(separator: ",").map { try MailLocale(String($0)) }
        var preview = try MailPreview(brand: brand, locales: list)
        if let sender = value("EMAIL_FROM") { preview.sender = try Mailbox(sender) }
        try preview.addBuiltIn()
        preview.add(
            "Order shipped",
            OrderShippedMail(customer: "Ada", order: "20261126-7", page: try url.link(path: ["orders", "7"]))
        )
        return preview
    }
}

/// A template of the app's own: what it says, as a value; layout, plain text and escaping come from the library.
struct OrderShippedMail: MailTemplate {
    let name = "order-shipped"
    let customer: String
    let order: String
    let page: MailLink

    func content(_ context: MailTemplateContext) throws(MailError) -> MailContent {
        let isGerman = context.locale.language == "de"
        return MailContent(
            subject: isGerman ? "Deine Bestellung ist unterwegs" : "Your order is on its way",
            blocks: [
                .heading(isGerman ? "Hallo \(customer)" : "Hello \(customer)"),
                .paragraph(isGerman ? "Deine Bestellung hat uns heute verlassen." : "Your order left us today."),
                .table([
                    (isGerman ? "Bestellung" : "Order", order),
                    (isGerman ? "Ankunft" : "Due", isGerman ? "Samstag" : "Saturday"),
                ]),
                .button(isGerman ? "Sendung verfolgen" : "Follow it", page),
            ]
        )
    }
}
