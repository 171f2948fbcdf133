import AppleSignIn
import ArgumentParser
import FoundationEssentials
import Terminal

/// A web site with Sign in with Apple.
@main
struct SignInCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-in",
        abstract: "A web site with Sign in with Apple.",
        discussion: """
            Without --demo it listens on 127.0.0.1 for a proxy that ends TLS, and reads APPLE_TEAM_ID, APPLE_KEY_ID, \
            APPLE_PRIVATE_KEY (or APPLE_PRIVATE_KEY_PATH), APPLE_SERVICES_ID, APPLE_REDIRECT_URI (https://…/auth/apple/\
            callback), APPLE_STATE_KEY (openssl rand -base64 32) and APPLE_ANDROID_PACKAGE.
            """
    )

    @Flag(help: "Run offline: with an Apple of its own, and TLS with throw-away certificates.")
    var demo = false

    @Option(help: "The port of the site; 0 takes a free one.")
    var port: UInt16 = 8443

    @Option(help: "With --demo: the port of the fake Apple; 0 takes a free one.")
    var applePort: UInt16 = 8444

    @Option(help: "With --demo: the name of the site.")
    var host = "shop.localhost"

    @Option(help: "With --demo: the name of the fake Apple.")
    var appleHost = "fake-apple.localhost"

    func run() async throws {
        do {
            try await withInterruption { [self] in
                if demo {
                    try await Demo(port: port, applePort: applePort, host: host, appleHost: appleHost).run()
                } else {
                    try await serve(ProcessInfo.processInfo.environment)
                }
            }
        } catch let interruption as Interruption {
            throw ExitCode(interruption.exitCode)
        } catch {
            Console.note("sign-in: \(error)")
            throw ExitCode(1)
        }
    }

    private func serve(_ environment: [String: String]) async throws {
        guard let key = environment["APPLE_STATE_KEY"].flatMap({ Data(base64Encoded: $0) }) else {
            throw ValidationError("APPLE_STATE_KEY is not set to 32 bytes in base64: openssl rand -base64 32")
        }
        let site = try Site(
            configuration: try AppleSignInConfiguration(environment: environment),
            stateKey: Secret(Array(key)),
            package: environment["APPLE_ANDROID_PACKAGE"] ?? "com.example.app",
            transport: nil
        )
        let server = try FoxServer(port: port) { await site.routes.answer($0) }
        Console.print("\(try await site.routes.apple.diagnose())")
        Console.print("sign-in: listening on 127.0.0.1:\(port) for \(site.routes.site)")
        try await server.run()
    }
}

/// The routes of one site, put together from its configuration.
struct Site: Sendable {
    let routes: Routes

    init(
        configuration: AppleSignInConfiguration,
        stateKey: Secret<[UInt8]>,
        package: String,
        transport: (any HTTPTransport)?
    ) throws {
        let web = configuration.clients.first { $0.redirectURI?.hasSuffix("/auth/apple/callback") == true }
        guard let web, let callback = web.redirectURI else {
            throw ValidationError("APPLE_SERVICES_ID and APPLE_REDIRECT_URI (…/auth/apple/callback) are needed.")
        }
        let site = String(callback.dropLast("/auth/apple/callback".count))
        let android = AppleClient.service(servicesID: web.clientID, redirectURI: site + "/auth/apple/android")
        let apple = try AppleSignInClient(
            try configuration.adding([android]),
            stateSealer: AppleStateSealer(key: stateKey),
            transport: transport
        )
        routes = Routes(
            apple: apple,
            service: web,
            androidService: android,
            android: try AppleAndroidRedirect(packages: [package]),
            package: package,
            bounce: try apple.bounce(to: "/auth/apple/finish"),
            site: site,
            log: { Console.print($0) }
        )
    }
}
