import GroundworkBase

/// Texts that stand where a secret should: words, filling signs, keyboard walks, values out of manuals.
package enum PlaceholderText {
    /// What kind of placeholder a text is, in words that follow "is"; nil when it is none.
    package static func kind(of text: String) -> String? {
        let trimmed = text.trimmingASCIIWhitespace()
        if documented.contains(trimmed) { return nil }
        let small = Array(trimmed.lowercasedASCII().utf8.prefix(256))
        guard !small.isEmpty else { return nil }
        if isUnfilled(trimmed) || hasMark(small) { return "a placeholder" }
        if small.count > 2, SecretStrength.period(small) <= max(1, small.count / 4) {
            return "one sign or a short text repeated"
        }
        let cover = Cover(small)
        guard cover.share >= 0.7 else { return nil }
        return cover.hasWord ? "a placeholder or made of common words" : "a walk over the keyboard or a sequence"
    }

    /// Whether vendors print it in their documentation.
    package static func isDocumented(_ text: String) -> Bool { documented.contains(text.trimmingASCIIWhitespace()) }

    /// Values of manuals and specifications, each known to everybody.
    private static let documented: Set<String> = [
        // AWS, "Managing access keys" and the reference of STS.
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "ASIAIOSFODNN7EXAMPLE",
        "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
        // MinIO, its playground and its defaults.
        "Q3AM3UQ867SPQQA43P2F", "zuf+tfteSlswRu7BJ86wekitnifILbZam1KYY3TG", "minioadmin",
        // The emulator of Azure Storage.
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        // RFC 7515, appendix A.1, and jwt.io.
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        "your-256-bit-secret", "a-string-secret-at-least-256-bits-long",
        // Stripe, quick start.
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc", "sk_test_BQokikJOvBiI2HlWgH4olfQ2", "sk_test_26PHem9AhJZvU623DfE1x4sd",
        // Resend, introduction.
        "re_123456789",
    ]

    /// `<…>`, `{{…}}`, `${…}`, `%…%`, `[…]` around the whole text.
    private static func isUnfilled(_ text: String) -> Bool {
        let pairs = [("<", ">"), ("{{", "}}"), ("${", "}"), ("[", "]"), ("%", "%"), ("__", "__")]
        for (open, close) in pairs
        where text.utf8.count > open.utf8.count + close.utf8.count && text.hasPrefix(open) && text.hasSuffix(close) {
            let inner = text.utf8.dropFirst(open.utf8.count).dropLast(close.utf8.count)
            // A random text may begin and end so as well: words do not mix small letters, capitals and digits.
            let cover = Cover(Array(String(decoding: inner, as: UTF8.self).lowercasedASCII().utf8.prefix(256)))
            if open == "<" || open == "${" || open == "{{" || cover.share >= 0.4 { return isWordLike(inner) }
        }
        return false
    }

    private static func isWordLike(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.allSatisfy { byte in
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || " _-.:/".utf8.contains(byte)
                || (0x30...0x39).contains(byte) || byte >= 0x80
        }
    }

    /// Marks that no random text holds by chance.
    private static func hasMark(_ small: [UInt8]) -> Bool {
        for index in small.indices {
            for mark in marks[Int(small[index])] where small[index...].starts(with: mark) { return true }
        }
        for start in ["your-", "your_", "<your", "todo:", "todo "] where small.starts(with: start.utf8) { return true }
        var run = 0
        var last: UInt8 = 0
        for byte in small {
            run = byte == last ? run + 1 : 1
            last = byte
            if run >= 6, "x*.#?".utf8.contains(byte) { return true }
        }
        return false
    }

    private static let marks: [[[UInt8]]] = byFirst(
        (["change me"]
            + ASCIIText.words(
                """
                changeme change-me change_me changethis change-this change_this placeholder replaceme replace-me
                replace_me replace-with replace_with insert-your insert_your _your_ -your- examplekey -example- _example_
                not-a-real not_a_real notasecret not-a-secret dummykey supersecret super-secret super_secret
                """
            ))
            .map { Array($0.utf8) }
    )

    /// How much of a text is made of words, sequences and repetitions.
    private struct Cover {
        let share: Double
        let hasWord: Bool

        init(_ small: [UInt8]) {
            let isSign = small.map { Self.isLetterOrDigit($0) }
            let total = isSign.count { $0 }
            guard total > 0 else {
                (share, hasWord) = (0, false)
                return
            }
            // best[i]: the most signs covered in the first i.
            var best = [Int](repeating: 0, count: small.count + 1)
            var words = [Int](repeating: 0, count: small.count + 1)
            for index in small.indices {
                if best[index] >= best[index + 1] {
                    best[index + 1] = best[index]
                    words[index + 1] = words[index]
                }
                let rest = small[index...]
                for word in PlaceholderText.words[Int(small[index])] where rest.starts(with: word) {
                    let end = index + word.count
                    if best[index] + word.count > best[end] {
                        best[end] = best[index] + word.count
                        words[end] = words[index] + 1
                    }
                }
                let run = max(Self.repetition(rest), Self.sequence(rest))
                if run >= 3, best[index] + run > best[index + run] {
                    best[index + run] = best[index] + run
                    words[index + run] = words[index]
                }
            }
            share = Double(best[small.count]) / Double(total)
            hasWord = words[small.count] > 0
        }

        private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
        }

        private static func repetition(_ rest: ArraySlice<UInt8>) -> Int {
            guard let first = rest.first, isLetterOrDigit(first) else { return 0 }
            return rest.prefix { $0 == first }.count
        }

        /// The longest beginning that runs along a row of keys, the alphabet or the digits.
        private static func sequence(_ rest: ArraySlice<UInt8>) -> Int {
            guard let first = rest.first else { return 0 }
            var longest = 0
            for row in PlaceholderText.rows[Int(first)] {
                longest = max(longest, zip(rest, row).prefix { $0 == $1 }.count)
            }
            return longest
        }
    }

    /// Rows of keys in both directions, from each of their keys on, by that key.
    private static let rows: [[ArraySlice<UInt8>]] = byFirst(
        [
            "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertz", "azerty", "12345678901234567890",
            "abcdefghijklmnopqrstuvwxyz",
            "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "qazwsxedcrfvtgbyhnujm",
        ]
        .flatMap { [Array($0.utf8), Array($0.utf8.reversed())] }
        .flatMap { row in row.indices.map { row[$0...] } }
    )

    private static func byFirst<Bytes: Collection<UInt8>>(_ texts: [Bytes]) -> [[Bytes]] {
        var table = [[Bytes]](repeating: [], count: 256)
        for text in texts {
            if let first = text.first { table[Int(first)].append(text) }
        }
        return table
    }

    private static let words: [[[UInt8]]] = byFirst(
        ASCIIText.words(
            """
            changeme change replace insert enter put fill add set here me my your our the this that is in an to of for
            and not with very long short strong super top mega ultra secret secrets secure security password passwort
            passwd passphrase pass pwd key keys token jwt hmac api app auth access refresh session cookie signing
            encryption private public client server service example sample dummy fake mock test testing tests dev
            devel development local localhost staging prod production default temp temporary tmp demo placeholder
            value string some random something anything whatever please must should least characters chars bytes bits
            bit min minimum todo tbd fixme none null nil undefined unset empty missing admin administrator root user
            username guest postgres postgresql mysql redis mongo rabbitmq minio docker foo bar baz foobar qux hello
            world welcome letmein hunter monkey dragon iloveyou abc xxx yes true false redacted hidden backend
            frontend database db id company project name login master github stripe resend sendgrid aws apple google
            correct horse battery staple never use don't do real only at be
            """
        )
        .map { Array($0.utf8) }
    )
}
