/// The providers that come with the library, to name one that can do what another cannot.
enum KnownProviders {
    static var all: [(name: String, capabilities: MailCapabilities)] {
        [("smtp", .smtp(host: ""))]
    }
}
