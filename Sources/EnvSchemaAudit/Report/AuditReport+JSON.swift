import FoundationEssentials
import GroundworkEnvModel

extension AuditReport {
    /// The report as JSON: the same bytes for the same report.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    /// Reads a report that ``json()`` wrote.
    /// - Throws: ``AuditInputError`` when it is not one, or of a newer format.
    public init(json: [UInt8], label: String = "audit report") throws(AuditInputError) {
        let root = try JSONReader.read(json, input: label)
        if case .number(let version)? = root["formatVersion"], version != "1" {
            throw AuditInputError(.newerFormat, input: label, reason: "It has the format \(version); this one reads 1.")
        }
        do { self = try JSONDecoder().decode(AuditReport.self, from: Data(json)) } catch {
            throw AuditInputError(.unknownShape, input: label, reason: "It is not an audit report.")
        }
    }
}
