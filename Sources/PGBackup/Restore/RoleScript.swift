import GroundworkCore

/// What a script of `pg_dumpall --globals-only` says of roles that a server lacks: a pure function.
///
/// The script is SQL that a superuser would run as a whole on an empty server. On one that is in use it would change roles
/// of the same name; so only statements about the missing ones are taken.
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
                if rest.hasPrefix(" WITH ") { statements.append(String(line)) }
            } else if let (group, rest) = identifier(in: line, after: "GRANT "),
                let (member, _) = identifier(in: rest, after: " TO "), created.contains(member)
            {
                if existing.contains(group) || created.contains(group) || group.hasPrefix("pg_") {
                    statements.append(String(line))
                }
            }
        }
        return (statements, created)
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
