import GroundworkCore
import GroundworkTesting
import Mailer
import Testing

/// Every feature of the composer and every reader of other hands: what was put in must come out.
@Suite(.timeLimit(.minutes(2))) struct FeatureMatrixTests {
    /// What a reader found, whatever its own form.
    struct Finding {
        var contents: [[UInt8]]
        var fileNames: [String]
        var complaints: [String]

        init(_ mail: ReadMail) {
            contents = mail.parts.map(\.bytes)
            fileNames = mail.parts.compactMap(\.fileName)
            complaints = mail.defects
        }

        init(_ found: MailParties.Found) {
            contents = found.contents
            fileNames = found.parts.compactMap(\.fileName)
            complaints = found.complaints
        }
    }

    /// Readers that know no RFC 2231, or not its numbered pieces, and name the file otherwise. They find its bytes.
    static let readersWithoutLongNames: Set<String> = ["munpack", "ripMIME"]

    /// What a reader does not do at all, which says nothing about the message: `munpack` leaves a message alone that is
    /// one plain text, and the address parser of `fast-mail-parser` knows no quoted local part (RFC 5321, section 4.1.2).
    static let exceptions: [String: Set<String>] = [
        "munpack": ["seven bit text", "quoted local part", "headers of all kinds"],
        "fast-mail-parser": ["quoted local part"],
    ]

    /// Without carriage returns and line ends at the end, which readers treat each in their way.
    static func normal(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes.filter { $0 != 0x0D }
        while result.last == 0x0A { result.removeLast() }
        return result
    }

    static func missing(_ feature: ComposedFeature, in finding: Finding, namesFiles: Bool) -> [String] {
        let texts = Set(finding.contents.map(normal))
        let files = Set(finding.contents)
        let names = Set(finding.fileNames)
        return feature.texts.filter { !texts.contains(normal(Array($0.utf8))) }.map { "the text \($0.prefix(40))" }
            + feature.files.filter { !files.contains($0) }.map { "a file of \($0.count) bytes" }
            + feature.fileNames.filter { namesFiles && !names.contains($0) }.map { "the file name \($0)" }
            + finding.complaints
    }

    @Test func everyReaderFindsEveryFeature() async throws {
        let features = try ComposedFeature.all()
        var mails: [[UInt8]] = []
        for feature in features { mails.append(try await Samples.compose(feature.message)) }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
        var findings = try await MailParties.read(mails).mapValues { $0.map(Finding.init) }
        findings["Python's email"] = try await MailReaders.pythonEmail(mails).map(Finding.init)
        findings["fast-mail-parser"] = try await MailReaders.rust(mails).map(Finding.init)
        #expect(findings.count == 6)
        var readers: [String: [String]] = [:]
        for (reader, found) in findings.sorted(by: { $0.key < $1.key }) {
            #expect(found.count == features.count)
            for (feature, finding) in zip(features, found) {
                if Self.exceptions[reader]?.contains("\(feature)") == true { continue }
                let namesFiles = !Self.readersWithoutLongNames.contains(reader)
                let missing = Self.missing(feature, in: finding, namesFiles: namesFiles)
                #expect(missing == [], "\(reader), \(feature)")
                if missing.isEmpty { readers["\(feature)", default: []].append(reader) }
            }
        }
        for feature in features {
            let proved = readers["\(feature)"] ?? []
            print("\(feature): read by \(proved.joined(separator: ", "))")
            #expect(proved.count >= 4)
        }
    }
}
