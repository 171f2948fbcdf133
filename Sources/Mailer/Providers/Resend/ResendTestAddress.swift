/// Addresses at which Resend plays a receiver, for tests of one's own
/// (resend.com/docs/dashboard/emails/send-test-emails).
public struct ResendTestAddress: Sendable, Hashable, CustomStringConvertible {
    /// The part before the `@`.
    public let localPart: String

    /// Delivered.
    public static let delivered = ResendTestAddress(localPart: "delivered")
    /// Bounces for good, with an SMTP 550.
    public static let bounced = ResendTestAddress(localPart: "bounced")
    /// Delivered, and marked as spam.
    public static let complained = ResendTestAddress(localPart: "complained")
    /// On the suppression list.
    public static let suppressed = ResendTestAddress(localPart: "suppressed")

    /// The same behaviour under a name of its own, `delivered+label@resend.dev`, to tell mails apart. Characters other
    /// than ASCII letters and digits are left out of the label.
    public func label(_ label: String) -> ResendTestAddress {
        let clean = String(decoding: label.utf8.filter(\.isAlphanumeric).prefix(32), as: UTF8.self)
        return clean.isEmpty ? self : ResendTestAddress(localPart: "\(localPart)+\(clean)")
    }

    /// The address.
    public var description: String { "\(localPart)@resend.dev" }
}
