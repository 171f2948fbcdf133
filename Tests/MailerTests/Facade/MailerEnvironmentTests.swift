import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

@Suite struct MailerEnvironmentTests {
    private let complete = [
        "EMAIL_PROVIDER": "resend", "RESEND_API_KEY": "re_s3cretKey", "EMAIL_FROM": "noreply@shop.test",
        "APP_NAME": "Shop", "APP_URL": "https://shop.example.org",
    ]

    private func problems(_ environment: [String: String]) -> [String] {
        let error = #expect(throws: MailError.self) { try Mailer(environment: environment) }
        #expect(error?.code == .invalidConfiguration)
        let below = error?.underlyingError as? MailConfigurationError
        for problem in below?.problems ?? [] {
            #expect(error?.message.contains("- \(problem.variable): ") == true)
            #expect(!problem.text.isEmpty)
        }
        return below?.problems.map(\.variable) ?? []
    }

    private func changed(_ changes: [String: String?]) -> [String: String] {
        var environment = complete
        for (name, value) in changes { environment[name] = value }
        return environment
    }

    @Test func theVariablesOfTheBriefAreEnough() throws {
        let mailer = try Mailer(environment: complete)
        #expect(mailer.delivery.routes.map(\.transport.name) == ["resend"])
        #expect(mailer.configuration.from.description == "Shop <noreply@shop.test>")
        #expect(mailer.configuration.brand?.appURL.text == "https://shop.example.org")
        #expect(mailer.configuration.locale == .english)
    }

    @Test func everythingThatIsMissingIsNamedAtOnce() {
        #expect(problems([:]) == ["EMAIL_FROM", "APP_NAME", "APP_URL", "EMAIL_PROVIDER"])
        #expect(
            problems(["EMAIL_PROVIDER": " ", "APP_URL": ""]) == ["EMAIL_FROM", "APP_NAME", "APP_URL", "EMAIL_PROVIDER"]
        )
    }

    @Test func everythingThatIsWrongIsNamedAtOnceAndNotShown() {
        let wrong = changed([
            "RESEND_API_KEY": nil, "EMAIL_FROM": "S3CRET", "APP_URL": "http://S3CRET.example.org",
            "EMAIL_REPLY_TO": "S3CRET", "EMAIL_LOCALE": "S3CRET!", "APP_LOGO_URL": "javascript:S3CRET",
            "APP_COLOR": "S3CRET", "APP_SUPPORT_EMAIL": "S3CRET",
        ])
        let expected: Set = [
            "RESEND_API_KEY", "EMAIL_FROM", "APP_URL", "EMAIL_REPLY_TO", "EMAIL_LOCALE", "APP_LOGO_URL", "APP_COLOR",
            "APP_SUPPORT_EMAIL",
        ]
        #expect(Set(problems(wrong)) == expected)
        let error = #expect(throws: MailError.self) { try Mailer(environment: wrong) }
        #expect(error?.description.contains("S3CRET") == false)
    }

    @Test(arguments: [
        ("resend", "RESEND_API_KEY"), ("sendgrid", "SENDGRID_API_KEY"), ("smtp", "SMTP_URL"),
        ("file", "EMAIL_DIRECTORY"), ("maildir", "EMAIL_DIRECTORY"), ("pigeon", "EMAIL_PROVIDER"),
    ])
    func eachProviderNamesWhatItNeeds(provider: String, variable: String) {
        #expect(problems(changed(["EMAIL_PROVIDER": provider, "RESEND_API_KEY": nil])) == [variable])
    }

    @Test func severalProvidersAreAskedInTheirOrder() throws {
        let mailer = try Mailer(
            environment: changed([
                "EMAIL_PROVIDER": "sendgrid, Resend,smtp", "SENDGRID_API_KEY": "SG.x",
                "SMTP_URL": "smtp://u:p@mx.test:587",
            ])
        )
        #expect(mailer.delivery.routes.map(\.transport.name) == ["sendgrid", "resend", "smtp"])
        #expect(problems(changed(["EMAIL_PROVIDER": "resend,resend"])) == ["EMAIL_PROVIDER"])
    }

    @Test func smtpComesFromAURLOrFromItsParts() throws {
        let parts = ["SMTP_HOST": "mx.test", "SMTP_PORT": "2525", "SMTP_USERNAME": "u", "SMTP_PASSWORD": "p"]
        for extra in [["SMTP_URL": "smtp://u:p@mx.test:2525"], parts] {
            var environment = complete.merging(extra) { $1 }
            environment["EMAIL_PROVIDER"] = "smtp"
            let transport = try Mailer(environment: environment).delivery.routes[0].transport as? SMTPTransport
            #expect(transport?.configuration.host == "mx.test")
            #expect(transport?.configuration.port == 2525)
            #expect(transport?.configuration.credentials?.userName == "u")
        }
        var wrong = complete.merging(parts) { $1 }
        wrong["EMAIL_PROVIDER"] = "smtp"
        wrong["SMTP_PORT"] = "S3CRET"
        let error = #expect(throws: MailError.self) { try Mailer(environment: wrong) }
        #expect(error?.message.contains("SMTP_PORT") == true)
        #expect(error?.message.contains("S3CRET") == false)
    }

    @Test func dkimNeedsAllThree() {
        let some = changed([
            "EMAIL_PROVIDER": "smtp", "SMTP_URL": "smtp://mx.test", "DKIM_DOMAIN": "shop.test",
            "DKIM_PRIVATE_KEY": "S3CRET",
        ])
        #expect(problems(some) == ["DKIM_SELECTOR", "DKIM_PRIVATE_KEY"])
    }

    @Test func theBrandIsRead() throws {
        let mailer = try Mailer(
            environment: changed([
                "APP_LOGO_URL": "https://shop.example.org/logo.png", "APP_COLOR": "#112233",
                "APP_FOOTER": "Shop, 1 Street",
                "APP_SUPPORT_EMAIL": "help@shop.test", "EMAIL_LOCALE": "de", "EMAIL_REPLY_TO": "Help <help@shop.test>",
                "EMAIL_FROM": "The Shop <noreply@shop.test>",
            ])
        )
        let brand = try #require(mailer.configuration.brand)
        #expect(brand.logo?.text == "https://shop.example.org/logo.png")
        #expect(brand.color.description == "#112233")
        #expect(brand.footer == "Shop, 1 Street")
        #expect(brand.supportAddress?.wireText == "help@shop.test")
        #expect(mailer.configuration.locale.language == "de")
        #expect(mailer.configuration.replyTo?.name == "Help")
        #expect(mailer.configuration.from.name == "The Shop")
    }

    @Test func plainHTTPIsForThisMachineOnly() throws {
        #expect(try Mailer(environment: changed(["APP_URL": "http://localhost:3000"])).configuration.brand != nil)
        #expect(problems(changed(["APP_URL": "http://shop.example.org"])) == ["APP_URL"])
    }

    @Test func mailsGoToFilesWithoutAnyAccount() async throws {
        try await withTemporaryDirectory { directory in
            let mailer = try Mailer(environment: changed(["EMAIL_PROVIDER": "file", "EMAIL_DIRECTORY": directory]))
            let receipt = try await mailer.sendVerificationEmail(to: "ada@example.org", token: "t")
            #expect(receipt.transport == "file")
            let report = try await mailer.check()
            #expect(report.isReady)
        }
    }
}
