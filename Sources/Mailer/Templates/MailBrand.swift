/// How the mails of an app look.
public struct MailBrand: Sendable, Hashable {
    /// The app's name, `APP_NAME`.
    public var name: String
    /// Where the app is, `APP_URL`.
    public var appURL: MailAppURL
    /// The logo; nil shows the name.
    public var logo: MailLink?
    /// The logo for readers in dark mode; nil shows ``logo`` there too.
    public var darkLogo: MailLink?
    /// The logo's width in pixels.
    public var logoWidth = 120
    /// The colour of buttons, and of links where it can be read on white.
    public var color = MailColor(red: 0x25, green: 0x63, blue: 0xEB)
    /// What stands at the end, such as the postal address, line by line; empty shows nothing.
    public var footer = ""
    /// Where people get help; nil shows nothing.
    public var supportAddress: EnvelopeAddress?

    /// Takes name and address; everything else is a choice.
    public init(name: String, appURL: MailAppURL) {
        self.name = MailText.replacingControls(in: name)
        self.appURL = appURL
    }
}
