import GroundworkCore

/// What a script of `pg_dumpall --globals-only` says of roles that a server lacks: a pure function.
///
/// The script is SQL that a superuser would run as a whole on an empty server. On one that is in use it would change roles
/// of the same name; so only statements about the missing ones are taken. And it comes from the bucket, while `psql` carries
/// out more than SQL (`\\!` is a shell): a statement is taken only if every word of it is one that `pg_dumpall` writes.
enum RoleScript {
    /// - Parameters:
    ///   - script: the stored script.
    ///   - existing: the roles of the server.
    /// - Returns: the statements to run, and the roles that they create.
    static func statements(in script: String, existing: Set<String>) -> (statements: [String], created: [String]) {
        var created: [String] = []
        var statements: [String] = []
        for line in script.split(separator: "\n") {
            guard line.hasSuffix(";") else { continue }
            if let (name, rest) = identifier(in: line, after: "CREATE ROLE "), rest == ";" {
                guard !existing.contains(name), !name.hasPrefix("pg_") else { continue }
                created.append(name)
                statements.append(String(line))
            } else if let (name, rest) = identifier(in: line, after: "ALTER ROLE "), created.contains(name) {
                // Settings of a role may be for a database that is not there.
                if isAttributes(rest) { statements.append(String(line)) }
            } else if let (group, rest) = identifier(in: line, after: "GRANT "),
                let (member, end) = identifier(in: rest, after: " TO "), created.contains(member), isGrantEnd(end)
            {
                if existing.contains(group) || created.contains(group) || group.hasPrefix("pg_") {
                    statements.append(String(line))
                }
            }
        }
        return (statements, created)
    }

    /// What pg_dumpall writes when it is done; a script that is cut off would create half of the roles.
    static let end = "PostgreSQL database cluster dump complete"

    /// What is wrong with a stored script, in words that complete "the script …"; nil when pg_dumpall has ended it, and it
    /// creates the roles that a database needs.
    /// - Parameter needed: those roles; the server's own, `pg_…`, are nowhere created.
    static func fault(in script: [UInt8], needed: [String]) -> String? {
        let text = String(decoding: script, as: UTF8.self)
        guard text.firstRange(of: end) != nil else { return "does not end as pg_dumpall ends one" }
        // Names in another encoding cannot be compared, and a name with a line end is on no line.
        guard String(validating: script, as: UTF8.self) != nil else { return nil }
        let created = Set(statements(in: text, existing: []).created)
        let missing = needed.filter { name in
            !created.contains(name) && !name.hasPrefix("pg_")
                && !name.utf8.contains { $0 == 0x0A || $0 == 0x0D }
        }
        guard !missing.isEmpty else { return nil }
        let more = missing.count > 5 ? " and \(missing.count - 5) more" : ""
        return "does not create the roles that the database needs: \(missing.prefix(5).joined(separator: ", "))\(more)"
    }

    private static let attributes: Set<Substring> = Set(
        ["SUPERUSER", "INHERIT", "CREATEROLE", "CREATEDB", "LOGIN", "REPLICATION", "BYPASSRLS"].flatMap {
            ["\($0)", "NO\($0)"]
        }
    )

    /// ` WITH NOSUPERUSER … CONNECTION LIMIT 5 VALID UNTIL '2030-01-01 00:00:00+00';`
    private static func isAttributes(_ rest: Substring) -> Bool {
        guard rest.hasPrefix(" WITH "), rest.hasSuffix(";") else { return false }
        var text = rest.dropFirst(6).dropLast()
        if let start = text.firstRange(of: " VALID UNTIL '")?.lowerBound {
            let time = text[start...].dropFirst(14)
            let isTime = time.dropLast().utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || " -:+.".utf8.contains(byte)
            }
            guard time.last == "'", isTime else { return false }
            text = text[..<start]
        }
        var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
        if words.count >= 3, words.suffix(3).dropLast().elementsEqual(["CONNECTION", "LIMIT"]) {
            guard let limit = words.last, Int32(limit) != nil else { return false }
            words = words.dropLast(3)
        }
        return words.allSatisfy(attributes.contains)
    }

    private static let grantWords: Set<Substring> = [
        "WITH", "ADMIN", "INHERIT", "SET", "OPTION", "TRUE", "FALSE", "TRUE,", "FALSE,",
    ]

    /// ` WITH ADMIN OPTION, INHERIT FALSE GRANTED BY somebody;`, or as much of it as there is.
    private static func isGrantEnd(_ end: Substring) -> Bool {
        var words = end
        if let start = end.firstRange(of: " GRANTED BY ")?.lowerBound {
            guard let (_, last) = identifier(in: end[start...], after: " GRANTED BY "), last == ";" else {
                return false
            }
            words = end[..<start]
        } else {
            guard end.hasSuffix(";") else { return false }
            words = end.dropLast()
        }
        return words.isEmpty || words.hasPrefix(" ") && words.dropFirst().split(separator: " ").allSatisfy(isGrantWord)
    }

    private static func isGrantWord(_ word: Substring) -> Bool {
        grantWords.contains(word) || word == "OPTION,"
    }

    /// The name behind a word, without its quotes, and what follows it.
    private static func identifier(in line: Substring, after word: String) -> (String, Substring)? {
        guard line.hasPrefix(word) else { return nil }
        let text = line.dropFirst(word.count)
        guard text.first == "\"" else {
            let name = text.prefix { $0 == "_" || $0 == "$" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
            return name.isEmpty ? nil : (String(name), text[name.endIndex...])
        }
        var name = ""
        var index = text.index(after: text.startIndex)
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] != "\"" {
                name.append(text[index])
                index = next
            } else if next < text.endIndex, text[next] == "\"" {
                name.append("\"")
                index = text.index(after: next)
            } else {
                return (name, text[next...])
            }
        }
        return nil
    }
}
