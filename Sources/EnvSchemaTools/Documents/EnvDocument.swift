/// A generated document that shares its file with text written by hand.
///
/// Only what stands between the markers is ever rewritten:
///
///     <!-- groundwork:begin variables -->
///     …
///     <!-- groundwork:end variables -->
///
/// A JSON file has no place for markers and is rewritten whole.
public struct EnvDocument: Sendable, Hashable {
    /// How markers are written.
    public enum Format: Sendable, Hashable {
        /// As HTML comments.
        case markdown
        /// As comments that begin with `#`.
        case dotEnv
        /// Not at all.
        case json
    }

    /// The usual name of the file.
    public let name: String
    /// How markers are written.
    public let format: Format
    /// The name in the markers, which tells several generated parts of one file apart.
    public let section: String
    /// What stands above the markers of a new file.
    public let preamble: String
    /// The generated lines, the last one with its end.
    public let body: String

    init(name: String, format: Format, section: String, preamble: String = "", body: String) {
        self.name = name
        self.format = format
        self.section = section
        self.preamble = preamble
        self.body = body
    }

    private var begin: String { marker("begin") }
    private var end: String { marker("end") }

    private func marker(_ word: String) -> String {
        switch format {
        case .markdown: "<!-- groundwork:\(word) \(section) -->"
        // No blank after the sign: generated comments have one, so none of them can be taken for a marker.
        case .dotEnv: "#-- groundwork:\(word) \(section) --"
        case .json: ""
        }
    }

    /// The text of a new file.
    public var text: String {
        format == .json ? body : "\(preamble)\(begin)\n\(body)\(end)\n"
    }

    /// A file's text with the generated part brought up to date.
    /// - Parameter existing: the present text; nil when there is no file.
    /// - Throws: ``EnvDocumentError`` when the markers are missing, repeated or in the wrong order.
    public func updating(_ existing: String?) throws(EnvDocumentError) -> String {
        guard let existing, format != .json else { return text }
        let lines = Self.lines(existing)
        let range = try markedLines(lines)
        return lines[..<range.lowerBound].joined() + body + lines[range.upperBound...].joined()
    }

    /// Where a file differs from what would be generated; nil when it is up to date. For checks in CI.
    /// - Parameter existing: the present text; nil when there is no file.
    public func difference(from existing: String?) -> EnvDocumentDifference? {
        guard let existing else {
            return EnvDocumentDifference(document: name, line: 1, reason: "there is no such file")
        }
        var lines = Self.lines(existing)
        var offset = 0
        if format != .json {
            let range: Range<Int>
            do throws(EnvDocumentError) { range = try markedLines(lines) } catch {
                return EnvDocumentDifference(document: name, line: error.line, reason: error.reason)
            }
            lines = Array(lines[range])
            offset = range.lowerBound
        }
        let expected = Self.lines(body)
        for (index, line) in expected.enumerated() {
            guard index < lines.count else {
                return EnvDocumentDifference(document: name, line: offset + index + 1, reason: "lines are missing")
            }
            if Self.withoutEnd(line) != Self.withoutEnd(lines[index]) {
                return EnvDocumentDifference(
                    document: name,
                    line: offset + index + 1,
                    reason: "the line is out of date"
                )
            }
        }
        guard lines.count == expected.count else {
            return EnvDocumentDifference(
                document: name,
                line: offset + expected.count + 1,
                reason: "there are lines too many"
            )
        }
        return nil
    }

    /// The lines between the markers.
    private func markedLines(_ lines: [Substring]) throws(EnvDocumentError) -> Range<Int> {
        let begins = lines.indices.filter { Self.withoutEnd(lines[$0]) == Array(begin.utf8) }
        let ends = lines.indices.filter { Self.withoutEnd(lines[$0]) == Array(end.utf8) }
        guard let first = begins.first, let last = ends.first else {
            throw EnvDocumentError(
                .missingMarkers,
                document: name,
                line: (begins.first ?? ends.first ?? 0) + 1,
                reason: "there is no pair of lines `\(begin)` and `\(end)`"
            )
        }
        guard begins.count == 1, ends.count == 1 else {
            throw EnvDocumentError(
                .repeatedMarkers,
                document: name,
                line: (begins.count > 1 ? begins[1] : ends[1]) + 1,
                reason: "a marker stands there twice"
            )
        }
        guard first < last else {
            throw EnvDocumentError(
                .disorderedMarkers,
                document: name,
                line: last + 1,
                reason: "the markers are in the wrong order"
            )
        }
        return first + 1..<last
    }

    /// Lines with their ends. Cut at bytes: a carriage return and a line feed are one Character.
    private static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var start = text.startIndex
        while start < text.endIndex {
            let end = text.utf8[start...].firstIndex(of: 0x0A).map { text.utf8.index(after: $0) } ?? text.endIndex
            lines.append(text[start..<end])
            start = end
        }
        return lines
    }

    private static func withoutEnd(_ line: Substring) -> [UInt8] {
        var bytes = Array(line.utf8)
        while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
        return bytes
    }
}

/// Why a file cannot be brought up to date.
public struct EnvDocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of errors. An open set.
    public struct Code: Sendable, Hashable, RawRepresentable {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// A marker is missing.
        public static let missingMarkers = Code(rawValue: "missing-markers")
        /// A marker stands there more than once.
        public static let repeatedMarkers = Code(rawValue: "repeated-markers")
        /// The end stands before the beginning.
        public static let disorderedMarkers = Code(rawValue: "disordered-markers")
    }

    /// The kind.
    public let code: Code
    /// The document.
    public let document: String
    /// The line, from 1.
    public let line: Int
    /// What is wrong, in words.
    public let reason: String

    init(_ code: Code, document: String, line: Int, reason: String) {
        (self.code, self.document, self.line, self.reason) = (code, document, line, reason)
    }

    /// Document, line and reason, and what to do.
    public var description: String {
        "\(document):\(line): \(reason); put each marker on a line of its own, once, or remove the file"
    }
}

/// The first place where a file differs from what would be generated.
public struct EnvDocumentDifference: Sendable, Hashable, CustomStringConvertible {
    /// The document.
    public let document: String
    /// The line in the file, from 1.
    public let line: Int
    /// What is different, in words; never the contents.
    public let reason: String

    /// `ENVIRONMENT_VARIABLES.md:12: the line is out of date`.
    public var description: String { "\(document):\(line): \(reason)" }
}
