import GroundworkTestProcesses
import Testing

/// The example `sign-in`, clicked through in Chromium: over https, between two sites, with an eye on every cookie.
@Suite struct SignInExampleTests {
    @Test func theWholeStoryHoldsInABrowser() async throws {
        var configuration = ChildProcess.Configuration(
            "python3",
            ["-B", TestTools.support("sign_in_browser.py"), "\(TestTools.examples)/sign-in"]
        )
        configuration.outputLimit = 1 << 20
        let outcome = try await ChildProcess.run(configuration, limit: 1 << 20)
        #expect(outcome.exit == .status(0), "\(outcome.outputText)\(outcome.errorText)")
        let facts = outcome.outputText.split(separator: "\n").filter { $0.hasPrefix("ok    ") }
        #expect(facts.count >= 30)
        for fact in [
            "a SameSite=Lax cookie is lost on Apple's form_post", "the cookie of the sign-in survives it",
            "after the bounce both are there", "the URL of the bounce is worth nothing in another browser",
        ] {
            #expect(facts.contains { $0.hasSuffix(fact) }, "\(fact)")
        }
    }

    @Test func withoutSettingsItSaysWhatIsMissing() async throws {
        let outcome = try await ChildProcess.run(ChildProcess.Configuration("\(TestTools.examples)/sign-in", []))
        #expect(!outcome.isSuccess)
        #expect(outcome.errorText.contains("APPLE_STATE_KEY"))
    }
}
