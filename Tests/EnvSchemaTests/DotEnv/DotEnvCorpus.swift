import EnvSchema
import FoundationEssentials
import GroundworkTestProcesses

/// One case of the corpus: a file, and what the dialect makes of it by its written grammar.
struct DotEnvCase: Decodable, Sendable {
    let dialect: String
    let input: String
    /// Whether the file is read as the dialect's own program does instead of strictly.
    var faithful: Bool?
    /// The process's variables when references are expanded.
    var process: [String: String]?
    /// The last value of each name; null for a name alone.
    var entries: [String: String?]?
    /// The code of the error.
    var error: String?
    /// Line and column of the error, `3:5`.
    var at: String?

    var options: DotEnvOptions {
        DotEnvOptions(
            dialect: DotEnvDialect(rawValue: dialect),
            reading: faithful == true ? .faithful : .strict,
            expansion: process.map { .on(process: $0) } ?? .off
        )
    }

    /// What the parser makes of the input, in the form in which the corpus states it.
    var found: (entries: [String: String?]?, error: String?, at: String?) {
        do {
            let file = try DotEnvFile(parsing: Array(input.utf8), options: options)
            return (Dictionary(file.entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }), nil, nil)
        } catch {
            return (nil, error.code.rawValue, "\(error.line):\(error.column)")
        }
    }

    var isRight: Bool {
        let found = found
        return found.entries == entries && found.error == error && found.at == at
    }

    /// Every case of every file of the corpus.
    static func all() throws -> [DotEnvCase] {
        let folder = "\(TestTools.packageRoot)/Tests/EnvSchemaTests/DotEnv/Corpus"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jsonl") }
        return try names.sorted().flatMap { name in
            let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            return try bytes.split(separator: 0x0A).map { try JSONDecoder().decode(DotEnvCase.self, from: $0) }
        }
    }
}
