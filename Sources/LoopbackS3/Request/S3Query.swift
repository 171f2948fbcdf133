/// The parameters of a query, decoded, in the order in which they came.
struct S3Query: Sendable {
    struct Item: Sendable {
        let name: String
        let value: String
    }

    let items: [Item]

    /// Decodes the text behind the question mark; nil when it is not percent-encoded UTF-8.
    init?(_ text: some StringProtocol) {
        var items: [Item] = []
        for pair in text.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentText.decode(parts[0], plusIsSpace: true),
                let value = PercentText.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true),
                let nameText = String(validating: name, as: UTF8.self),
                let valueText = String(validating: value, as: UTF8.self)
            else { return nil }
            items.append(Item(name: nameText, value: valueText))
        }
        self.items = items
    }

    /// The first value of a parameter; empty when it has none.
    subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    func contains(_ name: String) -> Bool { items.contains { $0.name == name } }
}
