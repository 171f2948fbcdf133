import Mailer
import Testing

@Suite struct EnhancedStatusCodeTests {
    @Test(arguments: ["2.0.0", "4.7.1", "5.1.10", "5.999.999"]) func readsAndWrites(text: String) {
        #expect(EnhancedStatusCode(text)?.description == text)
    }

    @Test(arguments: ["", "5", "5.1", "5.1.1.1", "3.1.1", "5.1.1000", "5..1", "5.1.-1", "5.1.1 x", "٥.1.1", "1.0.0"])
    func refuses(text: String) {
        #expect(EnhancedStatusCode(text) == nil)
    }
}
