import GroundworkCrypto

/// The gallery as one page.
struct PreviewPage {
    /// One mail of the list with its languages.
    struct Item {
        let number: Int
        let title: String
        let group: String
        var captures: [MailCapture]
    }

    let preview: MailPreview
    let items: [Item]

    init(preview: MailPreview, captures: [MailCapture]) {
        self.preview = preview
        var items: [Item] = []
        var rest = captures[...]
        for (number, entry) in preview.entries.enumerated() {
            var count = 1
            if case .template = entry.subject { count = preview.locales.count }
            let own = Array(rest.prefix(count))
            rest = rest.dropFirst(own.count)
            items.append(Item(number: number, title: entry.title, group: entry.group, captures: own))
        }
        self.items = items
    }

    /// The whole page. Its policy allows its own script by hash, and the styles that mails carry in their tags.
    func text() throws -> String {
        let policy =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            + "script-src 'sha256-\(Base64.encode(try Digest.hash(.sha256, Array(PreviewScript.text.utf8))))'; "
            + "base-uri 'none'; form-action 'none'"
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(preview.title)</title>
            <style>\(raw: PreviewStyle.text)</style>
            </head>
            <body>
            <a class="skip" href="#all">Skip to the mails</a>
            <div class="page">
            <nav aria-label="Mails">
            <a class="home" href="#all"><b>\(preview.brand.name)</b><span>Mail previews</span></a>
            \(navigation())
            <p class="fine">Tokens are placeholders. The page loads nothing; mails in it run nothing.</p>
            </nav>
            <main>
            \(toolbar())
            \(overview())
            \(items.map(mails).reduce("") { $0 + $1 })
            </main>
            </div>
            <script>\(raw: PreviewScript.text)</script>
            </body>
            </html>

            """
        return page.source
    }

    private func navigation() -> HTML {
        var groups: [String] = []
        for item in items where !groups.contains(item.group) { groups.append(item.group) }
        return groups.map { group -> HTML in
            let links: HTML = items.filter { $0.group == group }.map { item -> HTML in
                "<li><a href=\"#\(item.anchor)\" data-item=\"\(item.number)\">\(item.title)\(badge(item))</a></li>"
            }.reduce("") { $0 + $1 }
            return "<h2>\(group)</h2><ul>\(links)</ul>"
        }.reduce("") { $0 + $1 }
    }

    /// The worst that was found, as a sign in the list.
    private func badge(_ item: Item) -> HTML {
        let all = item.captures.flatMap(\.findings).map(\.severity)
        if all.contains(.failure) { return "<i class=\"dot failure\" title=\"Something would be lost\"></i>" }
        if all.contains(.warning) { return "<i class=\"dot warning\" title=\"Something to look at\"></i>" }
        return ""
    }

    private func toolbar() -> HTML {
        let locales: HTML = preview.locales.enumerated().map { number, locale -> HTML in
            "<button type=\"button\" data-locale=\"\(locale.rawValue)\" aria-pressed=\"\(number == 0 ? "true" : "false")\">\(locale.rawValue)</button>"
        }.reduce("") { $0 + $1 }
        return """
            <div class="toolbar" id="toolbar" hidden>
            <div class="choice" role="group" aria-label="Language">\(locales)</div>
            <div class="choice" role="group" aria-label="Colours"><button type="button" data-theme="both" aria-pressed="true">Both</button><button type="button" data-theme="light" aria-pressed="false">Light</button><button type="button" data-theme="dark" aria-pressed="false">Dark</button></div>
            <div class="choice" role="group" aria-label="Width"><button type="button" data-width="both" aria-pressed="true">Both</button><button type="button" data-width="desktop" aria-pressed="false">Desktop</button><button type="button" data-width="phone" aria-pressed="false">Phone</button></div>
            </div>
            """
    }

    private func overview() -> HTML {
        let cards: HTML = items.map { item -> HTML in
            item.captures.map { capture -> HTML in
                """
                <li\(locale(capture))><a href="#\(capture.anchor(item.number))">
                <span class="thumbs">\(thumb(capture, .desktop, dark: false))\(thumb(capture, .phone, dark: true))</span>
                <span class="caption"><b>\(item.title)</b><small>\(capture.message.subject.text)</small></span>
                </a></li>
                """
            }.reduce("") { $0 + $1 }
        }.reduce("") { $0 + $1 }
        let count = items.reduce(0) { $0 + $1.captures.count }
        return """
            <section id="all" class="overview">
            <h1>\(preview.title)</h1>
            <p class="lead">\(items.count) mails, \(count) with all languages, each in light and dark, on a desktop and on a phone.</p>
            <ul class="cards">\(cards)</ul>
            </section>
            """
    }

    /// What the switch of languages looks at.
    func locale(_ capture: MailCapture) -> HTML {
        guard let locale = capture.locale, preview.locales.contains(locale) else { return "" }
        return " data-in=\"\(locale.rawValue)\""
    }
}

extension PreviewPage.Item {
    /// Where its first language stands.
    var anchor: String { captures.first?.anchor(number) ?? "all" }
}
