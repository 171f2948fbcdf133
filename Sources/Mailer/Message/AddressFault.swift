/// Why a text is no address; it never repeats the text, which may be anything.
struct AddressFault: Error {
    let code: MailError.Code
    let reason: String
    let offset: Int?

    init(_ reason: String, code: MailError.Code = .invalidAddress, offset: Int? = nil) {
        self.code = code
        self.reason = reason
        self.offset = offset
    }

    func mailError(_ subject: String) -> MailError {
        let place = offset.map { " (at byte \($0))" } ?? ""
        return MailError(code, "\(subject) cannot be used: \(reason)\(place).")
    }

    var parsingError: TextParsingError { TextParsingError(reason, offset: offset) }
}
