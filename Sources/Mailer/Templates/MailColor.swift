/// A colour of the screen.
public struct MailColor: Sendable, Hashable, CustomStringConvertible {
    /// Its parts, 0 to 255.
    public let red: UInt8, green: UInt8, blue: UInt8

    /// Takes the parts, 0 to 255.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Reads `#2563eb`.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration`` for any other form.
    public init(_ text: String) throws(MailError) {
        guard text.utf8.count == 7, text.utf8.first == 0x23, let bytes = Hex.decode(text.dropFirst()) else {
            throw MailError(.invalidConfiguration, "A colour has the form #2563eb.")
        }
        self.init(red: bytes[0], green: bytes[1], blue: bytes[2])
    }

    /// White.
    public static let white = MailColor(red: 0xFF, green: 0xFF, blue: 0xFF)
    /// Black.
    public static let black = MailColor(red: 0, green: 0, blue: 0)

    /// Black or white, whichever is easier to read on this colour: that is at least 4.5 to 1 on every colour.
    public var contrast: MailColor {
        contrastRatio(with: .white) >= contrastRatio(with: .black) ? .white : .black
    }

    /// How well one of the two is read on the other, from 1 to 21 (WCAG 2.2, contrast ratio); text needs 4.5.
    public func contrastRatio(with other: MailColor) -> Double {
        let (one, two) = (luminance, other.luminance)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }

    /// `#rrggbb`.
    public var description: String { "#\(Hex.encode([red, green, blue]))" }

    /// The relative luminance of WCAG 2.2.
    private var luminance: Double {
        0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
    }

    private static func linear(_ part: UInt8) -> Double {
        let value = Double(part) / 255
        guard value > 0.04045 else { return value / 12.92 }
        let base = (value + 0.055) / 1.055
        // To the power of 2.4: the square, times the fifth root of the square, by Newton's method.
        let square = base * base
        var root = 1.0
        for _ in 0..<40 { root = (4 * root + square / (root * root * root * root)) / 5 }
        return square * root
    }
}
