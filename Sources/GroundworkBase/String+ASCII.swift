extension UInt8 {
    /// Space, tab, line feed, carriage return.
    package var isASCIIWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

extension StringProtocol {
    /// Without white space at both ends.
    package func trimmingASCIIWhitespace() -> String { ASCIIText.trimmed(String(self)) }

    /// Without any white space.
    package func removingASCIIWhitespace() -> String { ASCIIText.withoutWhitespace(String(self)) }

    /// With the two characters `\n` and `\r` turned into what they mean.
    package func unescapingLineEnds() -> String { ASCIIText.unescapingLineEnds(String(self)) }

    /// The pieces between a sign, empty ones too, compared byte by byte.
    package func fields(separatedBy sign: Unicode.Scalar) -> [String] {
        ASCIIText.fields(String(self), separatedBy: sign)
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
        return ASCIIText.replacing(UInt8(ascii: sign), with: replacement, in: String(self))
    }

    /// ASCII letters made small; everything else stays.
    package func lowercasedASCII() -> String { ASCIIText.lowercased(String(self)) }
}
