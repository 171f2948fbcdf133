/// What delivery status notifications to ask for (RFC 3461), from servers that offer `DSN`.
public struct SMTPDeliveryNotifications: Sendable, Hashable {
    /// When to notify.
    public struct Events: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: Int
        /// Makes a set from its bits.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// The message was delivered.
        public static let success = Events(rawValue: 1)
        /// It was not, for good.
        public static let failure = Events(rawValue: 2)
        /// It is late.
        public static let delay = Events(rawValue: 4)
    }

    /// What a notification returns of the message.
    public enum Returned: Sendable, Hashable {
        /// All of it.
        case message
        /// The header only.
        case header
    }

    /// When to notify; none: never.
    public var events: Events
    /// What to return; nil leaves it to the server.
    public var returned: Returned?
    /// Whether to say whom each copy was for, so that a notification about a forwarded one can be told.
    public var namesOriginalRecipient = true
    /// Whether the send's idempotency key goes along as `ENVID`, so that a notification can be told.
    public var sendsEnvelopeID = true

    /// Asks for notifications of some events.
    public init(_ events: Events, returned: Returned? = nil) {
        self.events = events
        self.returned = returned
    }

    /// The value of `NOTIFY` (RFC 3461, section 4.1).
    var notifyText: String {
        let names = [(Events.success, "SUCCESS"), (.failure, "FAILURE"), (.delay, "DELAY")]
        let wanted = names.filter { events.contains($0.0) }.map(\.1)
        return wanted.isEmpty ? "NEVER" : wanted.joined(separator: ",")
    }

    /// The value of `RET` (RFC 3461, section 4.3).
    var returnedText: String? {
        switch returned {
        case .message: "FULL"
        case .header: "HDRS"
        case nil: nil
        }
    }

    /// `xtext` (RFC 3461, section 4): printable ASCII stays, all else becomes `+` with two hexadecimal digits.
    static func xtext(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            if (0x21...0x7E).contains(byte), byte != 0x2B, byte != 0x3D {
                result.append(byte)
            } else {
                result += [0x2B, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
