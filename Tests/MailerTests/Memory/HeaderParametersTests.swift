import Testing

@testable import MailerTesting

@Suite struct HeaderParametersTests {
    /// The examples of RFC 2231, sections 3, 4 and 4.1, and a piece that looks encoded and is not.
    @Test(arguments: [
        ("message/external-body; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/a.tar\"", "url", "ftp://cs.utk.edu/a.tar"),
        ("application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "title", "This is ***fun***"),
        (
            "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; "
                + "title*2=\"isn't it!\"", "title", "This is even more ***fun*** isn't it!"
        ),
        ("a/b; title*0*=us-ascii'en'100%25; title*1=\"50%41\"", "title", "100%50%41"),
        ("a/b; title*1*=%41; title*0=\"it's_\"", "title", "it's_A"),
    ])
    func readsWhatRFC2231Writes(_ text: String, _ name: String, _ value: String) {
        #expect(HeaderParameters(text)[name] == value)
    }
}
