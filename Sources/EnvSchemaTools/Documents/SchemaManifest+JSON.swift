public import GroundworkEnvModel

extension SchemaManifest {
    /// The newest format that this version reads.
    public static let readerVersion = 1
    /// No manifest is longer.
    public static let maximumLength = 8 << 20
    /// No manifest has more variables or more rules.
    public static let maximumCount = 10_000

    /// Reads a manifest that may come from anywhere: bounded in length and depth, with proper names, and with unknown
    /// members passed over.
    /// - Throws: ``ManifestError``, which repeats nothing of the text.
    public init(json bytes: [UInt8]) throws(ManifestError) {
        guard bytes.count <= Self.maximumLength else {
            throw ManifestError(.tooLarge, "it is longer than \(Self.maximumLength) bytes")
        }
        var rules = JSONReader.Rules()
        rules.maximumLength = Self.maximumLength
        let root: JSONValue
        do throws(JSONReader.Failure) { root = try JSONReader.read(bytes, rules: rules) } catch {
            throw ManifestError(.malformed, "it is not JSON that can be read: \(error.error)")
        }
        let members = try ManifestReader(root, "the manifest")
        // Read first: a newer format may lack what this version needs.
        if let version = try members.count("minimumReader"), version > Self.readerVersion {
            throw ManifestError(
                .newerFormat,
                "it was written for readers of format \(version) or later, this one reads "
                    + "\(Self.readerVersion); update swift-groundwork"
            )
        }
        try self.init(reading: members)
        try check()
    }

    private func check() throws(ManifestError) {
        guard !service.isEmpty, service.utf8.count <= 200, MarkdownText.oneLine(service) == service else {
            throw ManifestError(.invalid, "the name of the service is empty, too long or holds control characters")
        }
        guard variables.count <= Self.maximumCount, rules.count <= Self.maximumCount else {
            throw ManifestError(.tooLarge, "it has more than \(Self.maximumCount) variables or rules")
        }
        var seen: Set<String> = []
        for (index, variable) in variables.enumerated() {
            for name in [variable.name] + variable.aliases + variable.deprecatedNames {
                if let fault = EnvName.fault(in: name) {
                    throw ManifestError(.invalid, "a name of variable \(index + 1) \(fault)")
                }
            }
            guard seen.insert(variable.name).inserted else {
                throw ManifestError(.invalid, "variable \(index + 1) has the name of an earlier one")
            }
        }
    }

    /// The manifest as JSON with sorted members and a line end; the same manifest gives the same text.
    /// - Throws: ``ManifestError`` when a limit is infinite.
    public func json() throws(ManifestError) -> String {
        for limits in variables.map(\.limits) {
            guard limits.minimum?.isFinite ?? true, limits.maximum?.isFinite ?? true else {
                throw ManifestError(.invalid, "a limit is no finite number")
            }
        }
        return node.document
    }
}

/// Why a manifest cannot be read or written.
public struct ManifestError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of errors. An open set.
    public struct Code: Sendable, Hashable, RawRepresentable {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// Too long, or too many variables.
        public static let tooLarge = Code(rawValue: "too-large")
        /// No JSON, or not of a manifest.
        public static let malformed = Code(rawValue: "malformed")
        /// Written for newer readers.
        public static let newerFormat = Code(rawValue: "newer-format")
        /// A manifest with contents that cannot be.
        public static let invalid = Code(rawValue: "invalid")
    }

    /// The kind.
    public let code: Code
    /// What is wrong, in words.
    public let reason: String

    init(_ code: Code, _ reason: String) { (self.code, self.reason) = (code, reason) }

    /// "The manifest cannot be used: …".
    public var description: String { "The manifest cannot be used: \(reason)." }
}
