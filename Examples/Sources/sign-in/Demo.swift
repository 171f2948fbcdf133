import AppleSignIn
import AppleSignInTesting
import GroundworkCurl
import Terminal

/// The site with an Apple of its own and TLS before both, on this machine only.
struct Demo: Sendable {
    let port: UInt16
    let applePort: UInt16
    let host: String
    let appleHost: String

    func run() async throws {
        let tls = LoopbackHTTPServer.TLS.throwAway(hosts: [appleHost, "localhost"])
        let apple = try await FakeApple.start(tls: tls, name: appleHost, port: applePort)
        let result: Result<Void, any Error>
        do {
            let front = try await TLSFront.start(host: host, port: port)
            do {
                try await serve(apple, behind: front)
                result = .success(())
            } catch { result = .failure(error) }
            await front.stop()
        } catch { result = .failure(error) }
        await apple.stop()
        try result.get()
    }

    private func serve(_ apple: FakeApple, behind front: TLSFront) async throws {
        apple.update { $0.user = FakeAppleUser(email: "x7k2q9@privaterelay.appleid.com", isPrivateEmail: true) }
        let site = front.url(host)
        let service = AppleClient.service(servicesID: "com.example.shop", redirectURI: site + "/auth/apple/callback")
        var curl = CurlHTTPTransport.Configuration()
        curl.trust = .pem(apple.certificateAuthorityPEM ?? "")
        let routes = try Site(
            configuration: try apple.configuration(clients: [service]),
            stateKey: Secret((0..<32).map { _ in UInt8.random(in: 0...255) }),
            package: "com.example.shop",
            transport: CurlHTTPTransport(configuration: curl).with(OnThisMachine(host: appleHost))
        ).routes
        let server = try FoxServer(port: 0) { await routes.answer($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            front.forward(to: try await server.port())
            Console.print("The site:   \(site)\nFake Apple: \(apple.endpoints.issuer)")
            Console.print("Both certificates are made for this run: let the browser accept them. Ctrl-C ends it.")
            try await group.next()
            group.cancelAll()
        }
    }
}

/// Leads requests for the fake Apple's name to this machine, whatever the resolver knows.
struct OnThisMachine: HTTPMiddleware {
    let host: String

    func intercept<Response: HTTPExchange>(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions,
        next: (HTTPRequest, HTTPBody?, HTTPRequestOptions) async throws -> Response
    ) async throws -> Response {
        var request = request
        if let authority = request.authority, authority.hasPrefix(host + ":") {
            request.authority = "localhost" + authority.dropFirst(host.count)
        }
        return try await next(request, body, options)
    }
}
