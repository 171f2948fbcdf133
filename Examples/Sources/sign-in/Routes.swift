import AppleSignIn
import FoundationEssentials

/// What the site answers.
struct Routes: Sendable {
    let apple: AppleSignInClient
    let service: AppleClient
    let androidService: AppleClient
    let android: AppleAndroidRedirect
    let package: String
    let bounce: AppleBounce
    /// `https://shop.example`.
    let site: String
    let accounts = Accounts()
    let log: @Sendable (String) -> Void

    func answer(_ request: WebRequest) async -> WebAnswer {
        let answer: WebAnswer
        do {
            answer = try await route(request)
        } catch let error as AppleSignInError {
            log("\(error)")
            answer = .page(Pages.trouble(error), status: error.isRetryable ? 503 : 400)
        } catch {
            log("\(error)")
            answer = .page(Pages.trouble(nil), status: 500)
        }
        let names = SiteCookie.names(in: request.cookies)
        log("\(request.method) \(request.path) \(answer.status) cookies: \(names.joined(separator: " "))")
        return answer
    }

    private func route(_ request: WebRequest) async throws -> WebAnswer {
        switch (request.method, request.path) {
        case ("GET", "/"): return await home(request)
        case ("GET", "/style.css"): return WebAnswer(200, fields: [("Content-Type", "text/css")], body: Style.css)
        case ("GET", "/auth/apple"): return try begin(request)
        case ("POST", "/auth/apple/callback"): return WebAnswer(try bounce.answer(toFormBody: request.body))
        case ("GET", "/auth/apple/finish"): return try await finish(request)
        case ("POST", "/auth/apple/android"): return try openApp(request)
        case ("POST", "/auth/apple/web/begin"): return try beginForApp()
        case ("POST", "/auth/apple/web"): return try await finishForApp(request)
        case ("POST", "/auth/apple/notifications"): return try await receive(request)
        case ("POST", "/sign-out"): return await signOut(request)
        case ("POST", "/account/delete"): return try await deleteAccount(request)
        default: return .page(Pages.missing, status: 404)
        }
    }

    private func session(_ request: WebRequest) -> String? { SiteCookie.value(SiteCookie.session, in: request.cookies) }

    private func home(_ request: WebRequest) async -> WebAnswer {
        guard let account = await accounts.account(of: session(request)) else {
            let page = WebAnswer.page(Pages.signedOut(isCancelled: request.query == "cancelled"))
            guard SiteCookie.value(SiteCookie.basket, in: request.cookies) == nil else { return page }
            return page.setting(cookie: SiteCookie.set(SiteCookie.basket, Accounts.randomToken()))
        }
        return .page(Pages.signedIn(account))
    }

    // MARK: - On the web

    /// Sends the user to Apple. All that must be remembered travels in the sealed state and one cookie.
    private func begin(_ request: WebRequest) throws -> WebAnswer {
        var wishes = AppleAuthorizationRequest()
        wishes.context = "/"
        let known = AppleStateCookie.value(inCookieHeader: request.cookies)
        let start = try apple.authorization(for: service, wishes, keeping: known)
        return WebAnswer.seeOther(start.url).setting(cookie: start.cookie?.setCookie.withValue { $0 } ?? "")
    }

    /// The page behind the bounce: a GET of our own site, so that the basket's cookie is there again.
    private func finish(_ request: WebRequest) async throws -> WebAnswer {
        let callback = try await bounce.callback(query: request.query, cookieHeader: request.cookies)
        let cookie = AppleStateCookie.value(inCookieHeader: request.cookies)
        switch try await apple.finish(callback, cookie: cookie) {
        case .cancelled:
            return .seeOther("/?cancelled").setting(cookie: AppleBounce.cookieRemoval)
        case .signedIn(let session):
            let basket = SiteCookie.value(SiteCookie.basket, in: request.cookies)
            let token = await accounts.signIn(session, client: service, basket: basket)
            return .seeOther(session.context.flatMap { AppleLocalPath($0)?.rawValue } ?? "/")
                .setting(cookie: SiteCookie.set(SiteCookie.session, token))
                .setting(cookie: AppleBounce.cookieRemoval)
        }
    }

    // MARK: - On Android

    /// Apple's POST for the app: opens it with what Apple posted.
    private func openApp(_ request: WebRequest) throws -> WebAnswer {
        let url = try android.url(forFormBody: request.body, package: package)
        return WebAnswer(307, fields: [("Location", url), ("Cache-Control", "no-store")])
    }

    /// The app asks where to send the user, and keeps the second value for itself.
    private func beginForApp() throws -> WebAnswer {
        let start = try apple.authorization(for: androidService)
        let binding = start.cookie?.value.withValue { $0 } ?? ""
        return .json(#"{"url":"\#(start.url)","binding":"\#(binding)"}"#)
    }

    /// The app brings what it was opened with, as the form that Apple posted, and the value that it kept as a cookie.
    private func finishForApp(_ request: WebRequest) async throws -> WebAnswer {
        let callback = try AppleCallback(formBody: request.body)
        let cookie = AppleStateCookie.value(inCookieHeader: request.cookies)
        switch try await apple.finish(callback, cookie: cookie) {
        case .cancelled: return .json(#"{"cancelled":true}"#)
        case .signedIn(let session):
            let token = await accounts.signIn(session, client: androidService, basket: nil)
            return .json(#"{"session":"\#(token)"}"#)
        }
    }

    // MARK: - The account's life

    private func receive(_ request: WebRequest) async throws -> WebAnswer {
        do {
            try await apple.receiveNotification(request.body) { await accounts.update($0) }
            return WebAnswer(200)
        } catch let error as AppleSignInError {
            log("\(error)")
            return WebAnswer(error.isRetryable ? 503 : 400)
        }
    }

    private func signOut(_ request: WebRequest) async -> WebAnswer {
        guard request.isSameOrigin(as: site) else { return .page(Pages.foreign, status: 403) }
        await accounts.signOut(session(request))
        return .seeOther("/").setting(cookie: SiteCookie.remove(SiteCookie.session))
    }

    private func deleteAccount(_ request: WebRequest) async throws -> WebAnswer {
        guard request.isSameOrigin(as: site) else { return .page(Pages.foreign, status: 403) }
        guard let account = await accounts.account(of: session(request)) else { return .seeOther("/") }
        let deletion = try await apple.deleteAccount(account.grants)
        for step in deletion.steps {
            switch step {
            case .endSessions: await accounts.endSessions(of: account.subject)
            case .deleteUserData: await accounts.delete(account.subject)
            case .keepPending: await accounts.keep(pending: deletion.pending)
            default: break
            }
        }
        return .page(Pages.deleted(deletion)).setting(cookie: SiteCookie.remove(SiteCookie.session))
    }
}
