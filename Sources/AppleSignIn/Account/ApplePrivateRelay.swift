import GroundworkCore

/// Apple's private e-mail relay.
public enum ApplePrivateRelay {
    /// Whether an address is one of the relay. Mail to it bounces unless its sending domain is registered at Apple and
    /// passes SPF or DKIM.
    public static func isRelayAddress(_ address: String) -> Bool {
        guard let at = address.utf8.lastIndex(of: UInt8(ascii: "@")), at != address.startIndex else { return false }
        return address[address.index(after: at)...].lowercasedASCII() == "privaterelay.appleid.com"
    }
}
