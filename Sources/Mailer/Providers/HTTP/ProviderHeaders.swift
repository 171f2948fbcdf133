extension MailMessage {
    /// The header fields that an API has no properties of its own for.
    /// - Parameter includesMessageID: whether the provider keeps a Message-ID that it is given.
    func providerHeaders(includesMessageID: Bool) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if includesMessageID, let messageID { fields.append(("Message-ID", messageID.description)) }
        if !inReplyTo.isEmpty { fields.append(("In-Reply-To", Self.list(inReplyTo))) }
        if !references.isEmpty { fields.append(("References", Self.list(references))) }
        switch priority {
        case .high: fields += [("X-Priority", "1"), ("Importance", "high")]
        case .normal: fields += [("X-Priority", "3"), ("Importance", "normal")]
        case .low: fields += [("X-Priority", "5"), ("Importance", "low")]
        case nil: break
        }
        if let listUnsubscribe {
            fields.append(("List-Unsubscribe", listUnsubscribe.headerText))
            if listUnsubscribe.isOneClick { fields.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")) }
        }
        if let locale { fields.append(("Content-Language", locale.rawValue)) }
        var own = Set(fields.map { $0.name.lowercasedASCII() })
        if priority != nil { own.insert("priority") }
        return fields + headers.filter { !own.contains($0.name.canonical) }.map { ($0.name.rawValue, $0.value.text) }
    }

    private static func list(_ ids: [MessageID]) -> String { ids.map(\.description).joined(separator: " ") }

    /// The plain text: the message's own, or one made from its HTML.
    var providerText: String? {
        if let text, !text.isEmpty { return text }
        return html.map(PlainText.from(html:)).flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension ListUnsubscribe {
    /// The value of `List-Unsubscribe` (RFC 2369).
    var headerText: String {
        var parts: [String] = []
        if let url { parts.append("<\(url)>") }
        if let address { parts.append("<mailto:\(Self.mailtoText(of: address))?subject=unsubscribe>") }
        return parts.joined(separator: ", ")
    }
}
