/// Text made safe for SQL.
enum SQL {
    /// A name in double quotes.
    static func identifier(_ name: String) -> String {
        var text = "\""
        for character in name.unicodeScalars {
            if character == "\"" { text += "\"" }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }

    /// A value in single quotes, whatever `standard_conforming_strings` says.
    static func literal(_ value: String) -> String {
        var text = "E'"
        for character in value.unicodeScalars {
            if character == "'" || character == "\\" { text += "\\" }
            text.unicodeScalars.append(character)
        }
        return text + "'"
    }

    /// Why a name cannot be that of a database, in words that complete "the name …"; nil if it can.
    static func problem(withDatabaseName name: String) -> String? {
        if name.isEmpty { return "is empty" }
        if name.utf8.count > 63 { return "has \(name.utf8.count) bytes; PostgreSQL allows 63" }
        if name.utf8.contains(0) { return "has a NUL byte" }
        if name.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) { return "has a line end" }
        return nil
    }
}
