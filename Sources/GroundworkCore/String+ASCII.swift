extension UInt8 {
    /// Space, tab, line feed, carriage return.
    package var isASCIIWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

extension StringProtocol {
    /// Without white space at both ends.
    package func trimmingASCIIWhitespace() -> String {
        var bytes = Array(utf8)[...]
        while let first = bytes.first, first.isASCIIWhitespace { bytes.removeFirst() }
        while let last = bytes.last, last.isASCIIWhitespace { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Without any white space.
    package func removingASCIIWhitespace() -> String {
        String(decoding: utf8.filter { !$0.isASCIIWhitespace }, as: UTF8.self)
    }

    /// With the two characters `\n` and `\r` turned into what they mean.
    package func unescapingLineEnds() -> String {
        var result: [UInt8] = []
        var escaped = false
        for byte in utf8 {
            switch (escaped, byte) {
            case (true, 0x6E), (true, 0x72):
                result.append(byte == 0x6E ? 0x0A : 0x0D)
                escaped = false
            case (true, _):
                result.append(0x5C)
                escaped = byte == 0x5C
                if !escaped { result.append(byte) }
            case (false, 0x5C):
                escaped = true
            case (false, _):
                result.append(byte)
            }
        }
        if escaped { result.append(0x5C) }
        return String(decoding: result, as: UTF8.self)
    }

    /// The first place where `needle` stands, compared byte by byte.
    package func firstRange(of needle: String) -> Range<Index>? {
        let pattern = Array(needle.utf8)
        guard let first = pattern.first else { return startIndex..<startIndex }
        var start = utf8.startIndex
        while start != utf8.endIndex {
            if utf8[start] == first {
                var here = start
                var matched = 0
                while matched < pattern.count, here != utf8.endIndex, utf8[here] == pattern[matched] {
                    matched += 1
                    utf8.formIndex(after: &here)
                }
                if matched == pattern.count { return start..<here }
            }
            utf8.formIndex(after: &start)
        }
        return nil
    }

    /// With every occurrence of one ASCII sign replaced.
    ///
    /// Byte by byte: a sign and a mark that combines with it are one `Character`, so that `split` and `==` on those do
    /// not see the sign, while a shell or a parser does.
    package func replacing(ascii sign: Unicode.Scalar, with replacement: String) -> String {
        guard sign.isASCII else { return String(self) }
        let byte = UInt8(ascii: sign)
        guard utf8.contains(byte) else { return String(self) }
        return String(decoding: utf8.flatMap { $0 == byte ? Array(replacement.utf8) : [$0] }, as: UTF8.self)
    }

    /// ASCII letters made small; everything else stays.
    package func lowercasedASCII() -> String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}
