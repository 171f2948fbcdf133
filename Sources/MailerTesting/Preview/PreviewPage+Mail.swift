extension PreviewPage {
    /// How wide a frame is.
    enum Width: Int {
        case desktop = 680
        case phone = 375

        var name: String { self == .desktop ? "desktop" : "phone" }
    }

    /// The sections of a mail, one for each language.
    func mails(_ item: Item) -> HTML {
        item.captures.map { capture -> HTML in
            let anchor = capture.anchor(item.number)
            return """
                <article id="\(anchor)" class="mail" data-of="\(item.number)"\(locale(capture))>
                <header><h1>\(item.title)</h1><p class="lead">\(item.group)\(capture.locale.map { " · \($0.rawValue)" } ?? "")</p></header>
                \(inbox(capture))
                \(facts(capture))
                \(panels(capture, anchor))
                </article>

                """
        }.reduce("") { $0 + $1 }
    }

    /// A small frame for the overview.
    func thumb(_ capture: MailCapture, _ width: Width, dark: Bool) -> HTML {
        "<span class=\"thumb \(width.name) \(dark ? "dark" : "light")\">\(frame(capture, width, dark: dark, title: ""))</span>"
    }

    private func frame(_ capture: MailCapture, _ width: Width, dark: Bool, title: String) -> HTML {
        let document =
            capture.message.html.map {
                PreviewFrame.document($0, dark: dark, images: preview.images.merging(capture.inlineImages) { $1 })
            } ?? PreviewFrame.document(text: capture.text, dark: dark)
        let hidden: HTML = title.isEmpty ? " tabindex=\"-1\" aria-hidden=\"true\"" : ""
        return """
            <iframe title="\(title)"\(hidden) sandbox="allow-same-origin" loading="lazy" width="\(width.rawValue)" height="640" srcdoc="\(document)"></iframe>
            """
    }

    /// How it looks in a list of mails.
    private func inbox(_ capture: MailCapture) -> HTML {
        let name = capture.message.from.name ?? capture.message.from.address.wireText
        return """
            <div class="inbox" aria-label="As an inbox shows it"><span class="face" aria-hidden="true">\(String(name.prefix(1)))</span>
            <span class="who"><b>\(name)</b></span>
            <span class="what"><b>\(capture.message.subject.text)</b><span class="rest">\(capture.preview)</span></span></div>
            """
    }

    private func facts(_ capture: MailCapture) -> HTML {
        var facts: [(String, String)] = [("Message", Self.bytes(capture.size))]
        if let html = capture.message.html { facts.append(("HTML", Self.bytes(html.utf8.count))) }
        facts.append(("Text", Self.bytes(capture.text.utf8.count)))
        if capture.message.tracking == .off { facts.append(("Tracking", "off")) }
        return
            "<ul class=\"facts\">\(facts.map { "<li>\($0.0) <b>\($0.1)</b></li>" as HTML }.reduce("") { $0 + $1 })</ul>"
    }

    private func panels(_ capture: MailCapture, _ anchor: String) -> HTML {
        let problems = capture.findings.filter { $0.severity != .ok }.count
        let tabs: [(id: String, title: String, content: HTML)] = [
            ("look", "Preview", views(capture)), ("text", "Plain text", "<pre>\(capture.text)</pre>"),
            ("html", "HTML", "<pre>\(capture.message.html ?? "The message has no HTML.")</pre>"),
            ("headers", "Headers", headers(capture)),
            ("checks", problems == 0 ? "Checks" : "Checks (\(problems))", checks(capture)),
        ]
        let buttons: HTML = tabs.map { tab -> HTML in
            let selected = tab.id == "look" ? "true" : "false"
            return
                "<button type=\"button\" role=\"tab\" data-tab=\"\(tab.id)\" aria-selected=\"\(selected)\" aria-controls=\"\(anchor)-\(tab.id)\">\(tab.title)</button>"
        }.reduce("") { $0 + $1 }
        let contents: HTML = tabs.map { tab -> HTML in
            """
            <section role="tabpanel" class="panel" id="\(anchor)-\(tab.id)" data-panel="\(tab.id)" aria-label="\(tab.title)">\(tab.content)</section>

            """
        }.reduce("") { $0 + $1 }
        return "<div class=\"tabs\" role=\"tablist\" hidden>\(buttons)</div>\n\(contents)"
    }

    private func views(_ capture: MailCapture) -> HTML {
        [false, true].map { dark -> HTML in
            let theme = dark ? "dark" : "light"
            return """
                <div class="views \(theme)" data-shows="\(theme)">
                <figure class="desktop" data-wide="desktop"><div class="window"><div class="bar" aria-hidden="true"><i></i><i></i><i></i></div>\(frame(capture, .desktop, dark: dark, title: "Desktop, \(theme)"))</div><figcaption>Desktop, \(theme)</figcaption></figure>
                <figure class="phone" data-wide="phone"><div class="handset">\(frame(capture, .phone, dark: dark, title: "Phone, \(theme)"))</div><figcaption>Phone, \(theme)</figcaption></figure>
                </div>
                """
        }.reduce("") { $0 + $1 }
    }

    private func headers(_ capture: MailCapture) -> HTML {
        let rows: HTML = capture.parts.map { part -> HTML in
            let indent = String(repeating: "\u{2003}", count: part.depth)
            return
                "<tr><th scope=\"row\">\(indent)\(part.type)</th><td>\(part.encoding)</td><td>\(Self.bytes(part.size))</td></tr>"
        }.reduce("") { $0 + $1 }
        return """
            <pre>\(capture.headers)</pre>
            <table class="parts"><thead><tr><th>Part</th><th>Encoding</th><th>Size</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    private func checks(_ capture: MailCapture) -> HTML {
        let order: [MailCheckFinding.Severity] = [.failure, .warning, .ok]
        let rows: HTML = order.flatMap { severity in capture.findings.filter { $0.severity == severity } }
            .map { finding -> HTML in
                let sign = finding.severity == .ok ? "✓" : finding.severity == .warning ? "!" : "✕"
                return """
                    <li class="\(finding.severity.rawValue)"><span class="sign" aria-label="\(finding.severity.rawValue)">\(sign)</span><div><b>\(finding.subject)</b><p>\(finding.message) \(finding.advice)</p></div></li>
                    """
            }.reduce("") { $0 + $1 }
        return "<ul class=\"checks\">\(rows)</ul>"
    }

    /// A size in words.
    static func bytes(_ count: Int) -> String {
        guard count >= 1000 else { return "\(count) B" }
        let tenths = (count + 50) / 100
        return tenths < 10_000
            ? "\(tenths / 10).\(tenths % 10) kB"
            : "\((count + 50_000) / 100_000 / 10).\((count + 50_000) / 100_000 % 10) MB"
    }
}
