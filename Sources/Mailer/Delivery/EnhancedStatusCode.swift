/// An enhanced status code such as `5.1.1`: class, subject and detail (RFC 3463, section 2).
public struct EnhancedStatusCode: Sendable, Hashable, CustomStringConvertible {
    /// 2 is success, 4 a failure that may pass, 5 a permanent failure.
    public let category: Int
    /// What it is about: 1 addresses, 2 mailboxes, 3 the system, 4 the network, 5 the protocol, 6 content, 7 policy.
    public let subject: Int
    /// The detail within the subject.
    public let detail: Int

    /// Makes a code.
    /// - Returns: nil unless the class is 2, 4 or 5 and the other numbers are from 0 to 999.
    public init?(_ category: Int, _ subject: Int, _ detail: Int) {
        guard [2, 4, 5].contains(category), (0...999).contains(subject), (0...999).contains(detail) else { return nil }
        self.category = category
        self.subject = subject
        self.detail = detail
    }

    /// Reads `5.1.1`.
    /// - Returns: nil when the text is anything else, also when something follows.
    public init?(_ text: some StringProtocol) {
        var numbers: [Int] = []
        for part in text.utf8.split(separator: 0x2E, maxSplits: 3, omittingEmptySubsequences: false) {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
        guard numbers.count == 3 else { return nil }
        self.init(numbers[0], numbers[1], numbers[2])
    }

    /// Whether trying again later may help.
    public var isTransient: Bool { category == 4 }

    /// The three numbers, with points between them.
    public var description: String { "\(category).\(subject).\(detail)" }
}
