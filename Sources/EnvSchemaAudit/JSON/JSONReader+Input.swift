package import GroundworkEnvModel

extension JSONReader {
    /// The most bytes of an input.
    package static let sizeLimit = 32 << 20

    /// Reads what another program wrote, with the errors of an audit.
    /// - Parameter input: what the bytes are, for errors.
    package static func read(_ bytes: [UInt8], input: String) throws(AuditInputError) -> JSONValue {
        guard bytes.count <= sizeLimit else {
            throw AuditInputError(.tooLarge, input: input, reason: "It is larger than 32 MiB.")
        }
        var rules = Rules()
        rules.maximumLength = sizeLimit
        rules.isLenient = true
        do throws(Failure) { return try read(bytes, rules: rules) } catch {
            throw AuditInputError(
                error.fault == .tooLarge ? .tooLarge : .notJSON,
                input: input,
                reason: "It is not JSON that can be read: \(error.error)."
            )
        }
    }
}
