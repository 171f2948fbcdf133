import AppleSignIn

/// The pages. Everything that comes from outside is escaped.
enum Pages {
    static func signedOut(isCancelled: Bool) -> String {
        page(
            "Sign in",
            """
            <p class="eyebrow">Lantern &amp; Loom</p>
            <h1>Welcome back</h1>
            <p class="lead">Sign in to keep your basket and see your orders.</p>
            \(isCancelled ? #"<p class="note" id="cancelled">You did not sign in. That is fine; your basket is still here.</p>"# : "")
            <div class="buttons">
            \(SignInButton.html(.black))
            </div>
            <p class="small">We learn your name and an address, which you can hide.</p>
            """
        )
    }

    static func signedIn(_ account: Accounts.Account) -> String {
        let address = account.email.map(escape) ?? "no e-mail address"
        let isRelay = account.email.map(ApplePrivateRelay.isRelayAddress) ?? false
        return page(
            "Your account",
            """
            <p class="eyebrow">Lantern &amp; Loom</p>
            <h1 id="name">\(escape(account.name))</h1>
            <dl>
            <dt>E-mail</dt><dd id="email">\(address)\(isRelay ? " (hidden)" : "")</dd>
            <dt>Basket</dt><dd id="basket">\(account.basket == nil ? "lost on the way" : "came along")</dd>
            <dt>Signed in with</dt><dd>Apple</dd>
            </dl>
            <form method="post" action="/sign-out"><button id="sign-out">Sign out</button></form>
            <form method="post" action="/account/delete"><button id="delete" class="danger">Delete my account</button></form>
            """
        )
    }

    static func deleted(_ deletion: AppleAccountDeletion) -> String {
        let note =
            switch deletion.outcome {
            case .done: "Your data is deleted, and Apple no longer lists this site among your apps."
            case .retryLater, .unknown:
                "Your data is deleted. Apple could not be told yet; we try again until it knows."
            case .cannotRevoke:
                "Your data is deleted. To take this site off Apple's list: Settings, your name, Sign in with Apple."
            }
        return page(
            "Account deleted",
            """
            <p class="eyebrow">Lantern &amp; Loom</p>
            <h1 id="deleted">Your account is deleted</h1>
            <p class="lead" id="outcome" data-outcome="\(deletion.outcome.rawValue)">\(note)</p>
            <p><a href="/">Back to the front page</a></p>
            """
        )
    }

    static func trouble(_ error: AppleSignInError?) -> String {
        let text =
            switch error?.code {
            case .wrongState?: "The sign-in took too long or was begun in another window. Please try again."
            case .some where error?.isRetryable == true: "Apple cannot be reached at the moment. Please try again soon."
            default: "That did not work. Please try again."
            }
        return page(
            "Not signed in",
            "<h1 id=\"trouble\">Not signed in</h1><p class=\"lead\">\(text)</p><p><a href=\"/\">Back</a></p>"
        )
    }

    static let missing = page("Not found", "<h1>There is no such page</h1><p><a href=\"/\">Back</a></p>")
    static let foreign = page("Refused", "<h1>That came from another site</h1><p><a href=\"/\">Back</a></p>")

    static func escape(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
    }

    private static func page(_ title: String, _ content: String) -> String {
        """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>\(title)</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>
        <body><main>
        \(content)
        </main></body></html>
        """
    }
}
