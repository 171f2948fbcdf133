import EnvSchema
import EnvSchemaAudit
import EnvSchemaTools
import Foundation
import Testing

/// Whatever the input, no output, error or description holds a value or a piece of one.
@Suite struct NoLeakTests {
    /// Letters that occur nowhere else in this package, and characters with a meaning in patterns, formats and pages.
    private static let alphabet = Array("ԀԂԄԆԈԊԌԎԐԒԔԖ") + Array("%$\\*({[<&'\"|`")

    private static func secret(_ generator: inout some RandomNumberGenerator, length: Int) -> String {
        // Every other letter is foreign, so that no four characters in a row could come from elsewhere.
        String(
            (0..<length).map { index in
                let part = index.isMultiple(of: 2) ? alphabet[..<12] : alphabet[...]
                return part.randomElement(using: &generator) ?? "Ԁ"
            }
        )
    }

    private static func outputs(_ report: AuditReport) throws -> [String] {
        var coloured = TerminalOptions()
        coloured.usesColor = true
        var dumped = ""
        dump(report, to: &dumped)
        let explanations = report.variableNames.compactMap { report.explanation(of: $0) }
        return try [
            report.terminalText(), report.terminalText(coloured), report.markdown(), report.json(), report.html(),
            "\(report)",
            dumped,
        ] + explanations
    }

    /// Every second letter of a secret is foreign, so a piece of two letters shows by one of them.
    private static func leaks(_ texts: [String]) -> Bool {
        let foreign = Set(alphabet[..<12].flatMap(\.unicodeScalars))
        return texts.contains { $0.unicodeScalars.contains(where: foreign.contains) }
    }

    @Test(arguments: 0..<30)
    func noOutputHoldsAPieceOfAValue(_ seed: UInt64) throws {
        var generator = Seeded(state: seed)
        let secrets = (0..<12).map { _ in Self.secret(&generator, length: Int.random(in: 4...80, using: &generator)) }
        let choice = EnvTypeDescription(name: "choice", expected: "a choice", choices: ["a", "b"], example: "a")
        let variables = [
            Make.variable("A", secret: true, sharing: .must),
            Make.variable("B", secret: true, sharing: .mustMatch("one")),
            Make.variable("C", type: Make.integer), Make.variable("D", type: choice), Make.variable("E", secret: true),
            Make.variable("F", secret: true) { $0.limits.minimumLength = 100 },
        ]
        let rules: [EnvRule] = [
            .require("E", when: "D", is: "a"), .mutuallyExclusive("A", "B"),
            .when(.isSet("A"), then: .isOneOf("D", ["b"])),
        ]
        func values(_ offset: Int) -> [String: String] {
            [
                "A": secrets[offset], "B": secrets[offset + 1], "C": secrets[offset + 2], "D": secrets[offset + 3],
                "E": "${{Postgres.\(offset)}}\(secrets[offset + 4])${{ shared.X }}", "F": secrets[offset + 5],
                "UNDECLARED": secrets[offset],
            ]
        }
        let services = [("one", 0), ("two", 6)].map { name, offset in
            AuditedService(Make.manifest(name, variables, rules: rules), values: ServiceValues(values(offset)))
        }
        var audit = EnvAudit(services: services, project: RailwaySnapshot(shared: ["X": ObservedValue(secrets[3])]))
        audit.key = try AuditKey(Array(FingerprintTests.keyText.utf8))
        var texts = try Self.outputs(try audit.report())
        texts.append("\(services)")
        texts.append("\(audit)")
        dump(audit, to: &texts[0])
        let report = try BootReport(
            of: services[0].manifest,
            environment: values(0),
            key: AuditKey(Array(FingerprintTests.keyText.utf8))
        )
        texts.append(try report.line())
        texts.append(ValuesDifference(ServiceValues(values(0)), ServiceValues(values(6))).text)
        #expect(!Self.leaks(texts))
    }

    @Test(arguments: 0..<30)
    func noErrorHoldsAPieceOfTheInput(_ seed: UInt64) throws {
        var generator = Seeded(state: seed)
        let secret = Self.secret(&generator, length: 24)
        let inputs = [
            "{\"A\": {\"value\": \"\(secret)\"}}", "{\"A\": \"\(secret)", "[\(secret)]",
            "{\"services\": {\"s\": \"\(secret)\"}}",
            "{\"services\": {\"s\": {\"variables\": {\"A\": [\"\(secret)\"]}}}}", "A=\"\(secret)", "\(secret)=1",
            "{\"A\": [\"\(secret)\"]}",
        ]
        var texts: [String] = []
        for input in inputs {
            let bytes = Array(input.utf8)
            do { _ = try ServiceValues(railwayVariables: bytes) } catch { texts.append("\(error)") }
            do { _ = try RailwaySnapshot(environmentConfiguration: bytes) } catch { texts.append("\(error)") }
            do { _ = try RailwaySnapshot(environmentConfiguration: bytes, status: bytes) } catch {
                texts.append("\(error)")
            }
            do { _ = try ServiceValues(environmentFile: bytes, label: "f.env") } catch { texts.append("\(error)") }
            do { _ = try AuditReport(json: bytes) } catch { texts.append("\(error)") }
            do { _ = try SchemaManifest(auditing: bytes, label: "m.json") } catch { texts.append("\(error)") }
        }
        #expect(texts.count > 30)
        #expect(!Self.leaks(texts))
    }
}

/// SplitMix64: the same numbers for the same seed.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
