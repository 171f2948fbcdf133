/// How the mails of an app look.
public struct MailBrand: Sendable, Hashable {
    /// The app's name, `APP_NAME`.
    public var name: String
    /// Where the app is, `APP_URL`.
    public var appURL: MailAppURL
    /// The logo; nil shows the name.
    public var logo: MailLink?
    /// The logo's width in pixels.
    public var logoWidth = 120
    /// The colour of buttons and links.
    public var color = MailColor(red: 0x25, green: 0x63, blue: 0xEB)
    /// What stands at the end, such as the postal address; empty shows nothing.
    public var footer = ""
    /// Where people get help; nil shows nothing.
    public var supportAddress: EnvelopeAddress?

    /// Takes name and address; everything else is a choice.
    public init(name: String, appURL: MailAppURL) {
        self.name = MailText.replacingControls(in: name)
        self.appURL = appURL
    }
}

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

    /// Black or white, whichever is easier to read on this colour (WCAG 2.2, relative luminance).
    public var contrast: MailColor {
        func linear(_ part: UInt8) -> Double {
            let value = Double(part) / 255
            // The exact curve is a power of 2.4; a square decides the same between black and white.
            return value * value
        }
        let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
        return luminance > 0.36
            ? MailColor(red: 0, green: 0, blue: 0) : MailColor(red: 0xFF, green: 0xFF, blue: 0xFF)
    }

    /// `#rrggbb`.
    public var description: String { "#\(Hex.encode([red, green, blue]))" }
}
