/// Texts that put a secret where a reader may stumble over it.
enum HostileTexts {
    static func around(_ secret: String, _ random: inout SeededRandom) -> [String] {
        var texts = [
            secret, " \(secret) ", "\"\(secret)\"", "'\(secret)'", "\"\(secret)", "'\(secret)", "\(secret)\n",
            "\(secret),\(secret)",
            "\(secret),", "[\"\(secret)\"", "[\(secret)]", "[\"\(secret)\",null]", "{\"\(secret)\":\"\(secret)\"}",
            "{\"a\":\"\(secret)\"",
            "{\"\(secret)\":1,\"\(secret)\":2}", "https://user:\(secret)@host/path", "https://\(secret)",
            "\(secret)://host", "https://host:\(secret)/",
            "https://host/?\(secret)", "https://host/%\(secret)", "https://[\(secret)]/",
            "postgres://\(secret):\(secret)@a,b/\(secret)",
            "-----BEGIN \(secret)-----", "-----BEGIN PRIVATE KEY-----\n\(secret)\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n\(secret)",
            "-----BEGIN \(secret)-----\nMAA=\n-----END \(secret)-----",
            "-----BEGIN \(secret)-----\nMBA=\n-----END \(secret)-----", "/\(secret)", "./\(secret).p8", "\(secret)=",
            "${\(secret)}", "${{\(secret)}}", "${{ shared.\(secret) }}", "$(\(secret))", "`\(secret)`", "<\(secret)>",
            "%\(secret)%s%@%d", "\\(\(secret))",
            "(\(secret))+", "[a-z\(secret)", "1\(secret)", "1\(secret)s", "P1\(secret)", "10\(secret)B",
            "2026-\(secret)", "10.0.0.0/\(secret)", "\(secret).example",
            "re_\(secret)", "SG.\(secret)", "AKIA\(secret)", "sk_live_\(secret)", "changeme\(secret)", "\u{0}\(secret)",
            "\u{FEFF}\(secret)", "\(secret)\u{202E}", "true\(secret)",
        ]
        let base = Array(texts[Int.random(in: texts.indices, using: &random)].utf8)
        // Cut and mixed up at random places.
        var cut = base
        if let at = cut.indices.randomElement(using: &random) {
            cut.insert(UInt8.random(in: 0...127, using: &random), at: at)
        }
        texts.append(String(decoding: cut, as: UTF8.self))
        texts.append(String(decoding: base.shuffledSigns(&random), as: UTF8.self) + secret)
        return texts
    }
}

extension [UInt8] {
    fileprivate func shuffledSigns(_ random: inout SeededRandom) -> [UInt8] {
        filter { $0 < 0x80 }.shuffled(using: &random)
    }
}
