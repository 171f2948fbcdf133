import EnvSchema
import EnvSchemaTools
import FoundationEssentials
import GroundworkBase
import GroundworkTestProcesses
import Testing

/// Whatever the input, no error, warning, description, dump, document, manifest or finding holds a secret, nor a piece of
/// four signs of it.
@Suite struct NoLeakTests {
    /// `GROUNDWORK_LEAK_ROUNDS` asks for more.
    static let iterations = ChildProcess.environmentValue("GROUNDWORK_LEAK_ROUNDS").flatMap { Int($0) } ?? 6

    /// Runs a check with secrets of both alphabets.
    static func watching(seed: UInt64, _ check: (inout LeakWatch, inout SeededRandom) throws -> Void) rethrows {
        var random = SeededRandom(seed)
        for iteration in 0..<iterations {
            let alphabet = iteration % 2 == 0 ? LeakWatch.foreign : LeakWatch.ascii
            var watch = LeakWatch(random.text(Int.random(in: 8...48, using: &random), of: alphabet))
            try check(&watch, &random)
            #expect(watch.leaks.isEmpty)
            #expect(watch.strangers.isEmpty, "the alphabet occurs elsewhere: \(watch.strangers.prefix(5))")
            #expect(watch.looks > 50)
        }
    }

    struct Payload: Decodable, Sendable {
        var name: String
        var list: [String: Int]
    }

    enum Mode: String, EnvChoice { case fast, slow }

    static let types: [any EnvValue.Type] = [
        Int.self, UInt8.self, Int128.self, Double.self, Float.self, Bool.self, String.self, Duration.self,
        ByteSize.self, URL.self, HostName.self, Port.self,
        IPAddress.self, CIDRBlock.self, UUID.self, CalendarDay.self, Date.self, Base64Bytes.self, Base64URLBytes.self,
        HexBytes.self, EnvJSON<Payload>.self,
        EnvJSON<[String: Int]>.self, EnvJSON<[[Int]]>.self, PEMText.self, Mode.self, [Int].self, [String].self,
        Set<String>.self, [URL].self, [[Int]].self, Int?.self,
        Secret<URL>.self, Secret<[String]>.self,
    ]

    @Test func errorsOfValuesRepeatNothing() {
        func parse<Value: EnvValue>(_ type: Value.Type, _ text: String, _ limits: EnvLimits, _ watch: inout LeakWatch) {
            do throws(TextParsingError) {
                let value = try Value.parse(envText: text, limits: limits)
                watch.look(at: Secret(value), "Secret<\(Value.self)>")
                if Value.envIsSecret { watch.look(at: value, "\(Value.self)") }
                if Value.envIsSecret, let shown = value.envText { watch.look(shown, "\(Value.self).envText") }
            } catch {
                watch.look(at: error, "error of \(Value.self)")
            }
        }
        Self.watching(seed: 11) { watch, random in
            for text in HostileTexts.around(watch.secret, &random) {
                for type in Self.types {
                    parse(type, text, EnvLimits(), &watch)
                    var limits = EnvLimits()
                    (limits.minimum, limits.maximum) = (5, 6)
                    (limits.minimumLength, limits.maximumLength) = (1, 4)
                    (limits.minimumCount, limits.maximumCount) = (1, 1)
                    limits.pattern = "[0-9]+"
                    (limits.schemes, limits.hosts) = (["https"], ["example.com"])
                    parse(type, text, limits, &watch)
                }
            }
        }
    }

    @Test func findingsRepeatNothing() {
        let kinds: [EnvSecretTraits.Kind] = [
            .generic, .password, .hs256, .encryptionKey, .apiToken, .privateKey, .appleKey, .connectionURL,
        ]
        Self.watching(seed: 12) { watch, random in
            var texts: [(variable: EnvVariable, text: String)] = []
            for text in HostileTexts.around(watch.secret, &random) {
                for kind in kinds {
                    let variable = secretVariable(
                        ["S", "APPLE_PRIVATE_KEY", "RESEND_API_KEY"].randomElement(using: &random) ?? "S",
                        kind
                    )
                    texts.append((variable, text))
                    for finding in SecretHygiene.findings(for: text, variable: variable, mode: .production) {
                        watch.look(at: finding, "finding")
                    }
                }
                for finding in SecretHygiene.findings(
                    for: text,
                    variable: plainVariable("APPLE_KEY_ID"),
                    mode: .production
                ) {
                    watch.look(at: finding, "finding")
                }
            }
            for finding in SecretHygiene.reuse(texts) { watch.look(at: finding, "reuse") }
            let scanner = SecretScanner(texts.map { ($0.variable.name, $0.text) })
            watch.look(at: scanner, "scanner")
            watch.look(at: scanner.stream(), "stream")
            for leak in scanner.scan(texts.map(\.text).joined(separator: "\n")).prefix(50) {
                watch.look(at: leak, "leak")
            }
        }
    }

    @Test func parsingEnvFilesRepeatsNothing() {
        Self.watching(seed: 13) { watch, random in
            for text in HostileTexts.around(watch.secret, &random) {
                let files = [
                    "A=\(text)\nB=1\nA=\(text)", text, "\(text)\n\(text)=\n", "A=\"\(text)\"", "A='\(text)' \(text)",
                    "export \(text)", "A=${X:?\(text)}", "A=${\(text):-${A}}",
                    "\u{FEFF}A=\(text)\r\nB", "K=\(text)\nL=${K} ${K:-\(text)}\n",
                ]
                let file = files[Int.random(in: files.indices, using: &random)]
                for dialect in DotEnvDialect.all {
                    for reading in [DotEnvOptions.Reading.strict, .faithful] {
                        for expansion in [DotEnvExpansion.off, .on(process: ["X": watch.secret])] {
                            let options = DotEnvOptions(dialect: dialect, reading: reading, expansion: expansion)
                            do throws(DotEnvError) {
                                watch.look(
                                    at: try DotEnvFile(parsing: Array(file.utf8), options: options),
                                    "file in \(dialect)"
                                )
                            } catch { watch.look(at: error, "error in \(dialect)") }
                            let (partial, errors) = DotEnvFile.recovering(parsing: Array(file.utf8), options: options)
                            watch.look(at: partial, "partial file in \(dialect)")
                            for warning in partial.warnings { watch.look(at: warning, "warning in \(dialect)") }
                            for entry in partial.entries { watch.look(at: entry, "entry in \(dialect)") }
                            for error in errors { watch.look(at: error, "error in \(dialect)") }
                            watch.look(at: options, "options")
                        }
                    }
                }
            }
        }
    }

    struct Everything: EnvSchema {
        @Env("NUMBER", help: "A number", range: 1...5) var number: Int
        @Env("SIZE", help: "A size") var size: ByteSize
        @Env("WAIT", help: "A duration") var wait: Duration = .seconds(1)
        @Env("CHOICE", help: "A choice") var choice: Mode
        @Env("JSON", help: "JSON") var json: EnvJSON<Payload>
        @Env("HOST", help: "A host", hosts: ["example.com"]) var host: HostName
        @Env("SHORT", help: "A text", maxLength: 3, pattern: "[a-z]+") var short: String
        @Env("PLAIN_URL", help: "A URL", schemes: ["ftp"]) var url: URL
        @Env("KEY", help: "A key", secret: EnvSecretTraits(kind: .hs256), deprecated: ["OLD_KEY"], orFile: true)
        var key: Secret<String>
        @Env("PEM", help: "A key", secret: EnvSecretTraits(kind: .appleKey)) var pem: PEMText
        @Env("DATABASE_URL", help: "A database", secret: EnvSecretTraits(kind: .connectionURL)) var database:
            Secret<URL>
        static let rules: [EnvRule] = [
            .when(.variable("CHOICE", is: "fast"), then: .isSet("KEY")), .mutuallyExclusive("KEY", "PEM"),
        ]
        static let prefixes = ["GW_"]
    }

    struct Secrets: EnvSchema {
        @Env("KEY", help: "A key", orFile: true) var key: Secret<String>
        @Env("TOKEN", help: "A token", aliases: ["TOK"]) var token: Secret<String>?
        @Env("LIST", help: "Keys") var list: [Secret<String>] = []
    }

    @Test func loadingRepeatsNothing() throws {
        let folder = try TemporaryFolder()
        try Self.watching(seed: 14) { watch, random in
            let texts = HostileTexts.around(watch.secret, &random)
            for _ in 0..<12 {
                var values: [String: String] = [:]
                for name in Everything.variables.map(\.name) + [
                    "KEY_FILE", "OLD_KEY", "GW_X", "APP_ENV", "KEYS", "TOK",
                ] {
                    if Int.random(in: 0...3, using: &random) > 0 { values[name] = texts.randomElement(using: &random) }
                }
                if Bool.random(using: &random) { values["APP_ENV"] = "production" }
                let pairs = values.map { "\($0.key)=\($0.value)" }
                try folder.write(".env", pairs.joined(separator: "\n"))
                try folder.write("KEY", texts.randomElement(using: &random) ?? "")
                let sources: [[EnvSource]] = [
                    [.values(values)], [.file("\(folder.path)/.env")],
                    [.arguments(pairs.map { "--set=\($0)" }), .secretsDirectory(folder.path)],
                    [.dotEnvFiles(in: folder.path), .values(["KEY_FILE": "\(folder.path)/KEY"])],
                ]
                for source in sources {
                    try Self.load(Everything.self, source, &watch)
                    try Self.load(Secrets.self, source, &watch)
                }
            }
        }
    }

    private static func load<Schema: EnvSchema>(_ type: Schema.Type, _ sources: [EnvSource], _ watch: inout LeakWatch)
        throws
    {
        do throws(EnvErrors) {
            let load = try Schema.resolve(from: sources)
            if type == Secrets.self { watch.look(at: load, "loaded \(type)") }
            watch.look(at: load.warnings, "warnings of \(type)")
            watch.look(at: load.provenance, "provenance of \(type)")
        } catch {
            watch.look(at: error, "errors of \(type)")
            watch.look(error.json(), "errors of \(type) as JSON")
        }
        do throws(EnvErrors) {
            for variable in Schema.variables {
                if let found = try Schema.explain(variable.name, from: sources) { watch.look(at: found, "explanation") }
            }
        } catch { watch.look(at: error, "errors of explain") }
        watch.look(at: sources, "sources")
    }

    @Test func documentsHoldNoDefaultOfASecret() throws {
        try Self.watching(seed: 15) { watch, random in
            var variables: [EnvVariable] = []
            for (index, text) in HostileTexts.around(watch.secret, &random).enumerated() {
                let declared = EnvVar<Secret<String>>(
                    "S\(index)",
                    help: "A secret",
                    optionalIn: [.preview],
                    default: Secret(text)
                )
                watch.look(at: declared, "declaration")
                variables.append(declared.variable)
            }
            let manifest = SchemaManifest(service: "a", variables: variables)
            for document in [
                EnvDocuments.variables([manifest]), EnvDocuments.secrets([manifest]), EnvDocuments.example(manifest),
                EnvDocuments.jsonSchema(manifest),
                try EnvDocuments.manifest(manifest),
            ] {
                watch.look(at: document, "document")
                // A file into which somebody pasted a secret.
                let old = "\(watch.secret)\n\(document.text.dropLast(40))\n\(watch.secret)"
                if let difference = document.difference(from: old) { watch.look(at: difference, "difference") }
                do throws(EnvDocumentError) { _ = try document.updating(old) } catch {
                    watch.look(at: error, "document error")
                }
            }
        }
    }

    @Test func portabilityRepeatsNothing() {
        Self.watching(seed: 17) { watch, random in
            for text in HostileTexts.around(watch.secret, &random) {
                for file in ["A=\(text)\nB='\(text)' # \(text)\n", text, "A: \(text)", "A = \"\(text)\\n$X\""] {
                    for finding in DotEnvPortability.findings(in: Array(file.utf8)) {
                        watch.look(at: finding, "portability")
                    }
                }
            }
        }
    }

    @Test func aDynamicReaderRepeatsNothing() {
        Self.watching(seed: 18) { watch, random in
            for text in HostileTexts.around(watch.secret, &random) {
                var reader = EnvReader(service: "x", from: [.values(["A": text, "B": text, "C": text])])
                _ = reader.read(EnvVar<Int>("A", help: "A number"))
                _ = reader.read(EnvVar<Secret<URL>>("B", help: "A URL"))
                _ = reader.read(EnvVar<PEMText>("C", help: "A key"))
                watch.look(at: reader, "reader")
                watch.look(at: reader.provenance, "provenance")
                do throws(EnvErrors) { watch.look(at: try reader.finish(), "warnings") } catch {
                    watch.look(at: error, "errors")
                }
            }
        }
    }

    @Test func errorsOfManifestsRepeatNothing() {
        Self.watching(seed: 16) { watch, random in
            for text in HostileTexts.around(watch.secret, &random) {
                for json in [
                    text, "{\"service\": \"\(text)\"}", "{\"service\":\"a\",\"variables\":[{\"name\":\"\(text)\"}]}",
                    "{\"service\":\"a\",\"variables\":[\"\(text)\"]}",
                ] {
                    do throws(ManifestError) { _ = try SchemaManifest(json: Array(json.utf8)) } catch {
                        watch.look(at: error, "manifest")
                    }
                }
            }
        }
    }
}
