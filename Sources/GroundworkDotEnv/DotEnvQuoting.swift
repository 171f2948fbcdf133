/// Writes values so that `.env` readers read them back.
public enum DotEnvQuoting {
    /// A way to write `value` behind `NAME=` that all of `dialects` read alike, expansion included.
    ///
    /// Every answer was read back by each dialect's parser. Values that hold, for instance, both kinds of quotes have no
    /// such form; then write them to a file of their own, or ask for one dialect alone.
    /// - Returns: the text, quotes included, or nil when no form exists.
    public static func quote(_ value: String, for dialects: [DotEnvDialect] = DotEnvDialect.all) -> String? {
        guard !value.utf8.contains(0), value.utf8.count <= DotEnvLimits().valueBytes else { return nil }
        return forms(of: value).first { form in dialects.allSatisfy { reads(form, as: value, in: $0) } }
    }

    /// The forms, the plainest first.
    private static func forms(of value: String) -> [String] {
        let isBare = value.utf8.allSatisfy { $0.isNameByte || "./:@%+,-=".utf8.contains($0) } && !value.isEmpty
        let double = putting(#"\"#, before: #"\""#, in: value)
        return [
            isBare ? value : "\"\"",
            "'\(value)'",
            "\"\(value)\"",
            "\"\(double)\"",
            "\"\(putting(#"\"#, before: "$`", in: double))\"",
            "\"\(putting("$", before: "$", in: double))\"",
            "'\(putting(#"\"#, before: #"\'"#, in: value))'",
            "'\(putting(#"\"#, before: "'", in: value))'",
            "`\(value)`",
            "'\(putting(#"'\'"#, before: "'", in: value))'",
        ]
    }

    private static func putting(_ prefix: String, before signs: String, in value: String) -> String {
        let signs = Array(signs.utf8)
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            if signs.contains(byte) { bytes += Array(prefix.utf8) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func reads(_ form: String, as value: String, in dialect: DotEnvDialect) -> Bool {
        var limits = DotEnvLimits()
        limits.lineBytes = limits.fileBytes
        // A line on either side: the form must end where it ends.
        let bytes = Array("BEFORE=1\nNAME=\(form)\nAFTER=2\n".utf8)
        let names = ["BEFORE", "NAME", "AFTER"]
        for expansion in [DotEnvExpansion.off, .on(process: [:])] {
            // npm's dotenv and python-dotenv can be told not to expand, Compose and bash always do.
            if !expansion.isOn, dialect == .compose || dialect == .bash { continue }
            let options = DotEnvOptions(dialect: dialect, expansion: expansion, limits: limits)
            guard let file = try? DotEnvFile(parsing: bytes, options: options) else { return false }
            guard file.entries.map(\.name) == names,
                file.entries[1].value.map({ $0.utf8.elementsEqual(value.utf8) }) == true
            else { return false }
            guard !file.warnings.contains(where: { $0.code == .railwayReference }) else { return false }
        }
        return true
    }
}
