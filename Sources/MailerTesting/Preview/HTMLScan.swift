/// What the tags of a mail amount to.
struct HTMLScan {
    private var dropped: [String: String] = [:]
    private var plainer: [String: String] = [:]
    private var problems: [String] = []
    private var images = 0

    mutating func take(_ name: String, _ attributes: [String: String]) {
        if let programs = MailClientSupport.elements[name] { dropped["<\(name)>"] = programs }
        for attribute in attributes.keys where attribute.hasPrefix("on") { dropped[attribute] = "every program" }
        let declarations = StyleText.declarations(attributes["style"] ?? "")
        // Outlook knows another word for it.
        let isHiddenForOutlook = declarations.contains { $0.name == "mso-hide" && $0.value == "all" }
        for declaration in declarations {
            if isHiddenForOutlook, declaration.name == "display" { continue }
            take(declaration)
        }
        if name == "img" { takeImage(attributes) }
        for (attribute, wanted) in [
            ("href", ["https://", "mailto:", "tel:", "cid:", "#"]), ("src", ["https://", "cid:"]),
        ] {
            guard let link = attributes[attribute]?.trimmingASCIIWhitespace().lowercasedASCII(), !link.isEmpty else {
                continue
            }
            if !wanted.contains(where: link.hasPrefix) {
                problems.append(
                    "<\(name)> leads to \(link.prefix { $0 != ":" && $0 != "/" }): only https is safe in a mail."
                )
            }
        }
    }

    private mutating func takeImage(_ attributes: [String: String]) {
        images += 1
        if attributes["alt"] == nil {
            problems.append("A picture has no alt text, and many programs show no pictures.")
        }
        if attributes["width"] == nil {
            problems.append("A picture has no width attribute; Outlook shows it in full size.")
        }
    }

    private mutating func take(_ declaration: (name: String, value: String)) {
        for rule in MailClientSupport.styles where rule.property == declaration.name {
            guard declaration.value.hasPrefix(rule.value) else { continue }
            let shown = rule.value.isEmpty ? rule.property : "\(rule.property):\(rule.value)"
            if rule.loss == .layout { dropped[shown] = rule.programs } else { plainer[shown] = rule.programs }
        }
        for rule in MailClientSupport.values where StyleText.uses(rule.text, in: declaration.value) {
            dropped["\(declaration.name) with \(rule.text)\(rule.text.hasSuffix("(") ? ")" : "")"] = rule.programs
        }
    }

    var findings: [MailCheckFinding] {
        var result = dropped.sorted(by: { $0.key < $1.key }).map {
            MailHTMLCheck.finding(
                .failure,
                "dropped",
                "\($0.key) is dropped by \($0.value).",
                "Use tables and plain properties."
            )
        }
        if result.isEmpty {
            result.append(MailHTMLCheck.finding(.ok, "layout", "Nothing that programs drop carries it."))
        }
        if !plainer.isEmpty {
            let list = plainer.sorted(by: { $0.key < $1.key }).map { "\($0.key) (\($0.value))" }
            result.append(
                MailHTMLCheck.finding(.ok, "looks", "Plainer where they are dropped: \(list.joined(separator: ", ")).")
            )
        }
        var seen: Set<String> = []
        for problem in problems where seen.insert(problem).inserted {
            result.append(MailHTMLCheck.finding(.warning, "links and pictures", problem))
        }
        return result
    }
}
