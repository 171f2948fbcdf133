import EnvSchema
import EnvSchemaTools
import FoundationEssentials
import GroundworkBase
import Testing

@Suite struct ScalarValueTests {
    @Test(arguments: ["true", "TRUE", "True", "1", "yes", "Yes", "on", "ON"])
    func truthsAreRead(text: String) { #expect(read(Bool.self, text) == true) }

    @Test(arguments: ["false", "FALSE", "0", "no", "off", "Off"])
    func falsehoodsAreRead(text: String) { #expect(read(Bool.self, text) == false) }

    @Test(arguments: ["", "t", "y", "2", "enabled", " true", "true ", "nil", "01"])
    func otherTextsAreNoBool(text: String) { #expect(read(Bool.self, text) == nil) }

    @Test func textsKeepEveryByte() {
        let text = " a\u{301} \n\t$x#\"'"
        #expect(read(String.self, text)?.utf8.elementsEqual(text.utf8) == true)
    }

    @Test func textsKeepToTheirLengthInBytes() {
        let range = limits {
            $0.minimumLength = 2
            $0.maximumLength = 3
        }
        #expect(read(String.self, "é", range) == "é")
        #expect(refusal(String.self, "a", range) == "it is shorter than 2 bytes")
        #expect(refusal(String.self, "éé", range) == "it is longer than 3 bytes")
    }

    @Test func patternsMatchTheWholeText() {
        let pattern = limits { $0.pattern = "[a-z]+" }
        #expect(read(String.self, "abc", pattern) == "abc")
        #expect(refusal(String.self, "abc1", pattern) == "it does not match the pattern [a-z]+")
        #expect(read(String.self, "abc\n", pattern) == nil)
    }

    enum Backend: String, EnvChoice { case resend, smtp, log }

    @Test func choicesAreReadExactly() {
        #expect(read(Backend.self, "smtp") == .smtp)
        #expect(refusal(Backend.self, "sendgrid") == "it is none of resend, smtp, log")
        #expect(refusal(Backend.self, "SMTP")?.contains("case of its letters") == true)
        #expect(Backend.envType.choices == ["resend", "smtp", "log"])
    }

    @Test func secretsAreReadAndNeverShown() throws {
        let secret = try #require(read(Secret<String>.self, "ΔΔΔ"))
        #expect(Secret<String>.envIsSecret && secret.envText == nil)
        #expect(!"\(secret)".contains("Δ"))
        #expect(secret.withValue { $0 } == "ΔΔΔ")
        #expect(Secret<Int>.envType.name == "integer")
        #expect([Secret<String>].envIsSecret && Secret<String>?.envIsSecret)
    }

    @Test func optionalsReadTheWrappedType() {
        #expect(read(Int?.self, "5") == .some(5))
        #expect(refusal(Int?.self, "x") != nil)
        #expect(Int?.none.envText == nil)
        #expect(Int?.some(3).envText == "3")
    }

    struct Upper: TextParsable, EnvValue {
        static let expectedText = "a text in capitals"
        let text: String
        init(parsing text: String) throws(TextParsingError) {
            guard !text.utf8.contains(where: { (0x61...0x7A).contains($0) }) else {
                throw TextParsingError("it has small letters")
            }
            self.text = text
        }
    }

    @Test func aTextParsableTypeNeedsNoCode() {
        #expect(read(Upper.self, "ABC")?.text == "ABC")
        #expect(refusal(Upper.self, "abc") == "it has small letters")
        #expect(Upper.envType.expected == "a text in capitals")
        #expect(read([Upper].self, "A, B")?.count == 2)
        #expect(read(Upper.self, "ABC", limits { $0.maximumLength = 2 }) == nil)
    }

    @Test func limitsThatATypeDoesNotHonorAreRefused() {
        let range = limits { $0.minimum = 1 }
        #expect(range.problems(for: Int.self).isEmpty)
        #expect(range.problems(for: String.self) == ["The limit `minimum` means nothing for the type text."])
        #expect(range.problems(for: Optional<Secret<Int>>.self).isEmpty)
        #expect(!limits { $0.minimumCount = 1 }.problems(for: Int.self).isEmpty)
        #expect(limits { $0.minimumCount = 1 }.problems(for: [Int].self).isEmpty)
        #expect(!limits { $0.schemes = ["https"] }.problems(for: String.self).isEmpty)
        #expect(!limits { $0.unit = .seconds }.problems(for: Int.self).isEmpty)
        #expect(limits { $0.unit = .seconds }.problems(for: Duration.self).isEmpty)
    }

    @Test func limitsThatNothingMeetsAreRefused() {
        #expect(!limits { ($0.minimum, $0.maximum) = (2, 1) }.problems(for: Int.self).isEmpty)
        #expect(!limits { ($0.minimumLength, $0.maximumLength) = (2, 1) }.problems(for: String.self).isEmpty)
        #expect(!limits { $0.pattern = "(" }.problems(for: String.self).isEmpty)
        #expect(!limits { $0.schemes = [] }.problems(for: URL.self).isEmpty)
        #expect(!limits { $0.maximumCount = -1 }.problems(for: [Int].self).isEmpty)
    }

    @Test func theExpectationNamesTheLimits() {
        let text = Int.envType.expectedText(limits { ($0.minimum, $0.maximum) = (1, 65_535) })
        #expect(text == "a whole number, from 1 to 65535")
        let key = String.envType.expectedText(limits { $0.minimumLength = 32 })
        #expect(key == "a text, at least 32 bytes")
    }
}
