import EnvSchema
import EnvSchemaAudit
import EnvSchemaTools
import FoundationEssentials
import GroundworkBase
import Testing

/// Whatever the services hold, no report, output, boot report or error of an audit holds a value, nor a piece of four
/// signs of it.
@Suite struct AuditLeakTests {
    private static func manifests() -> [SchemaManifest] {
        let variables = [
            Make.variable("JWT_SECRET", secret: true, sharing: .mustMatch("auth-service")) {
                $0.secret = EnvSecretTraits(kind: .hs256)
            },
            Make.variable("DATABASE_URL", secret: true) { $0.secret = EnvSecretTraits(kind: .connectionURL) },
            Make.variable("PORT", type: Make.integer) { $0.limits.maximum = 10 },
            Make.variable("SENTRY_DSN", .optional, sharing: .should),
            Make.variable("APPLE_PRIVATE_KEY", .optional, secret: true) {
                $0.secret = EnvSecretTraits(kind: .appleKey)
            },
            Make.variable("MODE", .optional) { $0.type.choices = ["a", "b"] },
        ]
        let rules: [EnvRule] = [
            .require("SENTRY_DSN", when: "MODE", is: "a"), .mutuallyExclusive("MODE", "SENTRY_DSN"),
        ]
        return ["auth-service", "chat-service"].map { Make.manifest($0, variables, rules: rules) }
    }

    private static let names = [
        "JWT_SECRET", "DATABASE_URL", "PORT", "SENTRY_DSN", "APPLE_PRIVATE_KEY", "MODE", "JWT_SECRT", "OTHER",
    ]

    /// Without references to the secret: the names in `${{…}}` are names, and an audit has to show them.
    private static func texts(_ secret: String, _ random: inout SeededRandom) -> [String] {
        HostileTexts.around(secret, &random).filter { $0.firstRange(of: "${{") == nil }
            + [
                "${{Postgres.DATABASE_URL}}\(secret)", "\(secret)${{ Nobody.X }}\(secret)",
                "postgres://u:\(secret)@${{Postgres.HOST}}/d",
            ]
    }

    private static func look(_ report: AuditReport, _ watch: inout LeakWatch) throws {
        watch.look(at: report, "report")
        watch.look(try report.json(), "report as JSON")
        watch.look(report.terminalText(), "terminal")
        watch.look(report.markdown(), "Markdown")
        watch.look(try report.html(), "HTML")
    }

    private static func watching(_ seed: UInt64, _ check: (inout LeakWatch, inout SeededRandom) throws -> Void) rethrows
    {
        var random = SeededRandom(seed)
        for iteration in 0..<10 {
            let alphabet = iteration % 2 == 0 ? LeakWatch.foreign : LeakWatch.ascii
            var watch = LeakWatch(random.text(Int.random(in: 16...48, using: &random), of: alphabet))
            try check(&watch, &random)
            #expect(watch.leaks.isEmpty)
            #expect(watch.strangers.isEmpty, "the alphabet occurs elsewhere: \(watch.strangers.prefix(5))")
            #expect(watch.looks > 50)
        }
    }

    @Test func referencesRepeatNothing() {
        Self.watching(17) { watch, random in
            for text in HostileTexts.around(watch.secret, &random) {
                do throws(RailwayReferenceError) {
                    let template = try RailwayTemplate(parsing: text)
                    watch.look(at: template, "template")
                    // The names in a reference are names.
                    for part in template.parts where !text.utf8.starts(with: "${{".utf8) {
                        watch.look(at: part, "part")
                    }
                } catch { watch.look(at: error, "error of a reference") }
            }
        }
    }

    @Test func reportsHoldNoValue() throws {
        let key = try AuditKey(Array("0f8e3c5a7b1d29460f8e3c5a7b1d2946abcdef".utf8))
        try Self.watching(21) { watch, random in
            let texts = Self.texts(watch.secret, &random)
            for _ in 0..<4 {
                var services: [AuditedService] = []
                for manifest in Self.manifests() {
                    var values: [String: String] = [:]
                    for name in Self.names where Int.random(in: 0...3, using: &random) > 0 {
                        values[name] = texts.randomElement(using: &random)
                    }
                    let source = ServiceValues(values)
                    watch.look(at: source, "values")
                    let report = try BootReport(of: manifest, environment: values, key: key)
                    watch.look(at: report, "boot report")
                    watch.look(try report.line(), "line of the boot report")
                    watch.look(at: key, "audit key")
                    services.append(
                        AuditedService(
                            manifest,
                            values: Bool.random(using: &random)
                                ? source : source.merging(ServiceValues(bootReport: report))
                        )
                    )
                }
                var audit = EnvAudit(services: services)
                audit.key = key
                watch.look(at: audit, "audit")
                try Self.look(try audit.report(), &watch)
            }
        }
    }

    @Test func railwayInputsRepeatNoValue() throws {
        try Self.watching(22) { watch, random in
            let texts = Self.texts(watch.secret, &random)
            for _ in 0..<20 {
                let text = try #require(texts.randomElement(using: &random))
                let quoted = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
                let bodies = [
                    "{\"JWT_SECRET\": \(quoted), \"PORT\": \(quoted)}", "{\"JWT_SECRET\": [\(quoted)]}",
                    "{\"JWT_SECRET\": \(quoted)", "{\"JWT_SECRET\": \(text)}", "[\(quoted)]", quoted,
                    "{\"services\": {\"s\": {\"variables\": {\"JWT_SECRET\": {\"value\": \(quoted)}, \"DATABASE_URL\": {\"value\": \(quoted), \"isSealed\": true}}}}}",
                    "{\"services\": {\"s\": {\"variables\": {\"JWT_SECRET\": \(quoted)}}}}",
                    "{\"services\": {\"s\": \(quoted)}}",
                    "{\"services\": {\"s\": {\"variables\": \(quoted)}}, \"sharedVariables\": \(quoted)}",
                    text,
                ]
                for body in bodies {
                    let bytes = Array(body.utf8)
                    do throws(AuditInputError) {
                        let values = try ServiceValues(railwayVariables: bytes)
                        try Self.report(values, &watch)
                    } catch { watch.look(at: error, "error of variables") }
                    do throws(AuditInputError) {
                        let snapshot = try RailwaySnapshot(environmentConfiguration: bytes)
                        watch.look(at: snapshot, "snapshot")
                        for service in snapshot.services { try Self.report(service.values, project: snapshot, &watch) }
                    } catch { watch.look(at: error, "error of configuration") }
                    do throws(AuditInputError) { _ = try SchemaManifest(auditing: bytes, label: "manifest") } catch {
                        watch.look(at: error, "error of manifest")
                    }
                    do throws(AuditInputError) { _ = try AuditReport(json: bytes) } catch {
                        watch.look(at: error, "error of report")
                    }
                    do throws(AuditInputError) {
                        try Self.report(try ServiceValues(environmentFile: bytes, label: "file"), &watch)
                    } catch { watch.look(at: error, "error of file") }
                    do throws(AuditInputError) {
                        _ = try BootReport.find(inLog: Array("\(BootReport.marker) \(body)\n".utf8))
                    } catch { watch.look(at: error, "error of log") }
                    do throws(AuditInputError) { _ = try AuditKey(bytes) } catch {
                        watch.look(at: error, "error of key")
                    }
                }
            }
        }
    }

    private static func report(_ values: ServiceValues, project: RailwaySnapshot? = nil, _ watch: inout LeakWatch)
        throws(AuditInputError)
    {
        // A text that stands where a name should is a name, and names are shown.
        var names = LeakWatch(watch.secret)
        names.look(values.variables.keys.joined(separator: " "), "")
        guard let manifest = manifests().first, names.leaks.isEmpty else { return }
        watch.look(at: values, "values")
        let report = try EnvAudit(services: [AuditedService(manifest, values: values)], project: project).report()
        do { try look(report, &watch) } catch { watch.look(at: error, "error of an output") }
    }
}
