import GroundworkEnvModel

/// Valid texts to show and to test with, never a real secret.
enum ExampleText {
    /// A text that the variable accepts: its own example, the default, the type's example, or one made to fit its limits;
    /// nil when none does.
    static func text(for definition: EnvDefinition) -> String? {
        candidates(for: definition).first { text in
            guard !text.isEmpty || definition.variable.allowsEmpty else { return false }
            if case .success = definition.parse(text) { return true }
            return false
        }
    }

    private static func candidates(for definition: EnvDefinition) -> [String] {
        let variable = definition.variable
        let limits = variable.limits
        var texts = [variable.example, variable.defaultText, variable.type.example].compactMap { $0 }
        texts += variable.type.choices ?? []
        for number in [limits.minimum, limits.maximum].compactMap({ $0 }) {
            texts.append(Int64(exactly: number).map { "\($0)" } ?? "\(number)")
        }
        if limits.minimumLength != nil || limits.maximumLength != nil {
            let length = limits.minimumLength ?? 0
            let seed = "example-of-\(variable.name.lowercasedASCII())-"
            texts.append(padded(seed, from: length, to: limits.maximumLength ?? .max))
            // The same length for types that count the bytes behind hex.
            if length < 1 << 16 { texts.append(String(repeating: "5a", count: max(1, length))) }
        }
        if let scheme = limits.schemes?.first {
            texts.append("\(scheme)://\(host(limits))/example")
        } else if limits.hosts != nil {
            texts.append("https://\(host(limits))/example")
        }
        if let count = limits.minimumCount, count < 1 << 12 {
            texts.append((1...max(1, count)).map { "example\($0)" }.joined(separator: ","))
            texts.append((1...max(1, count)).map { "\($0)" }.joined(separator: ","))
        }
        return texts
    }

    private static func host(_ limits: EnvLimits) -> String {
        let host = limits.hosts?.first ?? "example.com"
        return host.hasPrefix("*.") ? "www" + host.dropFirst() : host
    }

    private static func padded(_ seed: String, from low: Int, to high: Int) -> String {
        let length = min(max(low, min(seed.utf8.count, high)), 1 << 16)
        var bytes: [UInt8] = []
        while bytes.count < length { bytes += Array(seed.utf8) }
        return String(decoding: bytes.prefix(length), as: UTF8.self)
    }
}
