import Glibc
import GroundworkBase

/// Finds secrets in files, streams and output, and tells where and which, but never shows them.
///
///     let scanner = SecretScanner([("JWT_SECRET", jwt), ("DATABASE_URL", url)])
///     for leak in try scanner.scan(file: "build.log") { print(leak) }
///
/// Each secret is looked for as it stands, in base64 (also within longer base64), percent-encoded, escaped for JSON or
/// HTML, in hexadecimal digits, and line by line when it has several lines, as a PEM block has. Memory is bounded by the
/// secrets, whatever the length of the input.
public struct SecretScanner: Sendable, CustomStringConvertible, CustomReflectable {
    /// How a secret was written. An open set.
    public struct Form: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The name of the form.
        public let rawValue: String
        /// Names a form.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name of the form.
        public var description: String { rawValue }
        /// As it stands.
        public static let plain = Form(rawValue: "plain")
        /// In base64 or base64url.
        public static let base64 = Form(rawValue: "base64")
        /// Percent-encoded.
        public static let percent = Form(rawValue: "percent")
        /// Escaped for a JSON string.
        public static let json = Form(rawValue: "json")
        /// Escaped for HTML or XML.
        public static let html = Form(rawValue: "html")
        /// In hexadecimal digits.
        public static let hex = Form(rawValue: "hex")
        /// One line of several, or all of them joined.
        public static let line = Form(rawValue: "line")
    }

    /// A secret that was found.
    public struct Leak: Sendable, Hashable, CustomStringConvertible {
        /// The file; nil for streams and output.
        public var file: String?
        /// The line where it begins, from 1.
        public var line: Int
        /// The column where it begins, in bytes from 1.
        public var column: Int
        /// The variable whose value was found.
        public var variable: String
        /// How it was written.
        public var form: Form

        /// `build.log:12:5: the value of JWT_SECRET (base64)`.
        public var description: String {
            "\(file ?? "output"):\(line):\(column): the value of \(variable) (\(form))"
        }
    }

    /// The variables whose value is too short to be told from chance, and that are not looked for.
    public let skipped: [String]
    let patterns: [Pattern]
    let table: PrefixTable
    let longest: Int

    struct Pattern: Sendable {
        let variable: String
        let form: Form
        let bytes: [UInt8]
    }

    /// Looks for the values of some variables.
    /// - Parameters:
    ///   - secrets: the name of each variable and its value.
    ///   - minimumLength: shorter values are not looked for; at least 4 bytes.
    public init(_ secrets: [(variable: String, text: String)], minimumLength: Int = 6) {
        let least = max(4, minimumLength)
        var patterns: [Pattern] = []
        var skipped: [String] = []
        for secret in secrets {
            guard secret.text.utf8.count >= least else {
                skipped.append(secret.variable)
                continue
            }
            for form in SecretForms(secret.text, minimumLength: least).forms {
                patterns.append(Pattern(variable: secret.variable, form: form.form, bytes: form.bytes))
            }
        }
        self.skipped = skipped
        self.patterns = patterns
        table = PrefixTable(patterns.map(\.bytes))
        longest = patterns.map(\.bytes.count).max() ?? 4
    }

    /// Finds secrets in bytes that are at hand.
    public func scan(_ bytes: [UInt8]) -> [Leak] {
        var scan = SecretScan(self)
        return scan.consume(bytes) + scan.finish()
    }

    /// Finds secrets in a text, such as the output of a program.
    public func scan(_ text: String) -> [Leak] { scan(Array(text.utf8)) }

    /// Finds secrets in a regular file of any length.
    /// - Throws: `SystemCallError` when the file cannot be read or is no regular file.
    public func scan(file path: String) throws -> [Leak] {
        let file = try OpenFile(path, flags: O_RDONLY | O_NONBLOCK)
        guard try file.isRegular() else { throw SystemCallError(number: EINVAL, call: "read", path: path) }
        var scan = SecretScan(self)
        var leaks: [Leak] = []
        var offset: Int64 = 0
        while leaks.count < SecretScan.maximumLeaks {
            let chunk = try file.read(1 << 18, at: offset)
            if chunk.isEmpty { break }
            offset += Int64(chunk.count)
            leaks += scan.consume(chunk)
        }
        leaks += scan.finish()
        return leaks.map { leak in
            var leak = leak
            leak.file = path
            return leak
        }
    }

    /// Finds secrets in several files.
    /// - Throws: `SystemCallError` for the first file that cannot be read.
    public func scan(files paths: [String]) throws -> [Leak] {
        var leaks: [Leak] = []
        for path in paths { leaks += try scan(file: path) }
        return leaks
    }

    /// A scan of a stream, chunk by chunk.
    public func stream() -> SecretScan { SecretScan(self) }

    /// The number of secrets.
    public var description: String { "SecretScanner(\(patterns.count) patterns)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// Which patterns begin with which four bytes.
struct PrefixTable: Sendable {
    /// One bit for each hash of four bytes: most places of an input are passed over with one look.
    private var filter: [UInt64] = Array(repeating: 0, count: 1 << 10)
    private var candidates: [UInt32: [Int]] = [:]

    init(_ patterns: [[UInt8]]) {
        for (index, pattern) in patterns.enumerated() where pattern.count >= 4 {
            let word = pattern.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            candidates[word, default: []].append(index)
            let hash = Self.hash(word)
            filter[hash >> 6] |= 1 << UInt64(hash & 63)
        }
    }

    private static func hash(_ word: UInt32) -> Int { Int((word &* 2_654_435_761) >> 16) }

    /// Patterns that may begin with these four bytes.
    func callAsFunction(_ word: UInt32) -> [Int] {
        let hash = Self.hash(word)
        guard filter[hash >> 6] & (1 << UInt64(hash & 63)) != 0 else { return [] }
        return candidates[word] ?? []
    }
}
