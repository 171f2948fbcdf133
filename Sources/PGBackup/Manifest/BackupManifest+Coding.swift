import FoundationEssentials
import GroundworkCore

extension BackupManifest {
    /// The most bytes of a manifest that are read.
    static let sizeLimit = 32 << 20

    /// Reads a manifest.
    /// - Parameters:
    ///   - key: its key, for messages.
    ///   - skipsTables: whether the index of its tables is left out, which is most of the text: to plan retention it is not
    ///     needed.
    static func decode(
        _ bytes: [UInt8],
        key: String,
        skipsTables: Bool = false
    ) throws(PGBackupError) -> BackupManifest {
        do {
            let decoder = JSONDecoder()
            if skipsTables, let skippingTables { decoder.userInfo[skippingTables] = true }
            var manifest = try decoder.decode(Checked.self, from: Data(bytes)).manifest
            manifest.originalBytes = bytes
            try manifest.check(key)
            return manifest
        } catch let error as NewerFormat {
            throw PGBackupError(
                .unsupportedManifest,
                "The manifest \(key) needs a reader of format \(error.minimumReader); this one reads format "
                    + "\(currentFormat). Use a newer version of PGBackup."
            )
        } catch let error as PGBackupError {
            throw error
        } catch {
            throw PGBackupError(
                .invalidManifest,
                "The manifest \(key) cannot be read: \(reason(error)). It was changed or damaged after it was written; "
                    + "restore the object from a copy, or restore its data by hand with gunzip and pg_restore.",
                underlyingError: error
            )
        }
    }

    private static let skippingTables = CodingUserInfoKey(rawValue: "groundwork.skipsTables")

    private struct NewerFormat: Error { var minimumReader: Int }

    /// The versions first: a newer format may lack anything else.
    private struct Checked: Decodable {
        let manifest: BackupManifest

        private struct Versions: Decodable {
            var formatVersion: Int
            var minimumReader: Int
        }

        init(from decoder: any Decoder) throws {
            let versions = try Versions(from: decoder)
            guard versions.minimumReader <= currentFormat else {
                throw NewerFormat(minimumReader: versions.minimumReader)
            }
            manifest = try BackupManifest(from: decoder)
        }
    }

    /// Refuses what would lead a reader astray.
    private func check(_ key: String) throws(PGBackupError) {
        func refuse(_ reason: String) -> PGBackupError {
            PGBackupError(.invalidManifest, "The manifest \(key) cannot be used: \(reason).")
        }
        guard !objects.isEmpty, objects.count <= 10_000 else { throw refuse("it names \(objects.count) data objects") }
        for object in objects + [globals?.object].compactMap(\.self) {
            guard object.length > 0, Hex.decode(object.sha256)?.count == 32, !object.key.isEmpty else {
                throw refuse("the data object \(object.key) has no valid length or SHA-256")
            }
        }
        guard checkedStoredLength != nil else { throw refuse("the lengths of its data objects have an impossible sum") }
        guard archive.length > 0, Hex.decode(archive.sha256)?.count == 32 else {
            throw refuse("its archive has no valid length or SHA-256")
        }
        guard compression.name == "gzip" else {
            throw PGBackupError(
                .unsupportedManifest,
                "The backup of manifest \(key) is compressed with \(compression.name); this version reads gzip."
            )
        }
        if let encryption, encryption != .null {
            throw PGBackupError(
                .unsupportedManifest,
                "The backup of manifest \(key) is encrypted; this version cannot decrypt. Use a newer one."
            )
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it is not JSON" }
        func path(_ keys: [any CodingKey]) -> String {
            let text = keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
            return text.isEmpty ? "" : " at \(text)"
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(key.stringValue) is missing\(path(context.codingPath))"
        case .typeMismatch(_, let context): "a value is of the wrong kind\(path(context.codingPath))"
        case .valueNotFound(_, let context): "a value is null\(path(context.codingPath))"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty ? "it is not JSON" : "a value is wrong\(path(context.codingPath))"
        @unknown default: "it is not JSON"
        }
    }

    /// The JSON text, with sorted names, and with whatever this version did not know when it read the manifest.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let mine = try JSONDecoder().decode(JSONValue.self, from: try encoder.encode(self))
        // A number that no computer holds, in a field that is not known, cannot be kept.
        let original = originalBytes.flatMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0)) }
        return Array(try encoder.encode(original?.merging(mine) ?? mine)) + [0x0A]
    }

    /// Writes all fields that this version knows, null ones too: the format says `encryption: null`, `tables: null`.
    /// Times are RFC 3339 text in UTC, with milliseconds, whatever the encoder's strategy for dates.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(formatVersion, forKey: .formatVersion)
        try container.encode(minimumReader, forKey: .minimumReader)
        try container.encode(id, forKey: .id)
        try container.encode(UTCDateTime.inMilliseconds(startedAt).rfc3339Milliseconds, forKey: .startedAt)
        try container.encode(UTCDateTime.inMilliseconds(finishedAt).rfc3339Milliseconds, forKey: .finishedAt)
        try container.encode(source, forKey: .source)
        try container.encode(tool, forKey: .tool)
        try container.encode(objects, forKey: .objects)
        try container.encode(compression, forKey: .compression)
        try container.encode(archive, forKey: .archive)
        try container.encode(encryption, forKey: .encryption)
        try container.encode(tables, forKey: .tables)
        try container.encode(server, forKey: .server)
        try container.encode(globals, forKey: .globals)
        try container.encode(omissions, forKey: .omissions)
        try container.encode(warnings, forKey: .warnings)
    }

    /// Reads what this version knows.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func time(_ key: CodingKeys) throws -> Date {
            guard let time = UTCDateTime(iso8601: try container.decode(String.self, forKey: key)) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key,
                    in: container,
                    debugDescription: "It is not an RFC 3339 time."
                )
            }
            return time.date
        }
        self.init(
            id: try container.decode(BackupID.self, forKey: .id),
            startedAt: try time(.startedAt),
            finishedAt: try time(.finishedAt),
            source: try container.decode(Source.self, forKey: .source),
            tool: try container.decode(Tool.self, forKey: .tool),
            objects: try container.decode([DataObject].self, forKey: .objects),
            compression: try container.decode(Compression.self, forKey: .compression),
            archive: try container.decode(Archive.self, forKey: .archive)
        )
        formatVersion = try container.decode(Int.self, forKey: .formatVersion)
        minimumReader = try container.decode(Int.self, forKey: .minimumReader)
        encryption = try container.decodeIfPresent(JSONValue.self, forKey: .encryption)
        server = try container.decodeIfPresent(Server.self, forKey: .server)
        globals = try container.decodeIfPresent(Globals.self, forKey: .globals)
        omissions = try container.decodeIfPresent([String].self, forKey: .omissions) ?? []
        warnings = try container.decodeIfPresent([String].self, forKey: .warnings) ?? []
        if let key = Self.skippingTables, decoder.userInfo[key] != nil { return }
        do {
            tables = try container.decodeIfPresent([Table].self, forKey: .tables)
        } catch {
            // An archive without an index is whole all the same: nobody is kept from restoring it.
            warnings.append("The index of the tables in the manifest cannot be read: rows are not compared.")
        }
    }
}

extension UTCDateTime {
    /// A time as manifests have it: what is below a millisecond is cut off.
    static func inMilliseconds(_ date: Date) -> UTCDateTime {
        // A binary fraction may lie just below the millisecond that was read; cut off again, it must stay the same.
        var time = UTCDateTime(date.addingTimeInterval(1e-4))
        time.nanosecond -= time.nanosecond % 1_000_000
        return time
    }
}
