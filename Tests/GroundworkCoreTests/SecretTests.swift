import FoundationEssentials
import GroundworkCore
import Testing

@Suite struct SecretTests {
    private let word = "hunter2-correct-horse"

    private struct Settings {
        let user = "me"
        let password: Secret<String>
    }

    private final class Holder {
        var password: Secret<String>?
        init(_ password: Secret<String>) { self.password = password }
    }

    private func dumped(_ value: Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    private func reflected(_ value: Any) -> String {
        var text = ""
        func walk(_ value: Any, depth: Int) {
            guard depth < 10 else { return }
            text += "\(value) \(String(reflecting: value)) "
            for child in Mirror(reflecting: value).children { walk(child.value, depth: depth + 1) }
        }
        walk(value, depth: 0)
        return text
    }

    @Test func noWayOfPrintingShowsTheValue() {
        let secret = Secret(word)
        let values: [Any] = [
            secret, Optional(secret) as Any, [secret], ["key": secret], (1, secret), Settings(password: secret),
            Holder(secret), Secret(Array(word.utf8)), Secret(Secret(word)), secret.map { Array($0.utf8) },
            Result<
                Secret<String>, SystemCallError
            >.success(secret),
        ]
        for value in values {
            for text in [
                "\(value)", String(describing: value), String(reflecting: value), dumped(value), reflected(value),
            ] {
                #expect(!text.contains("hunter2"), "\(text)")
                #expect(!text.contains("104, 117, 110"), "\(text)")
            }
        }
    }

    @Test func everyTextIsTheSameWord() {
        let secret = Secret(word)
        #expect("\(secret)" == "<redacted>")
        #expect(secret.description == "<redacted>")
        #expect(secret.debugDescription == "<redacted>")
        #expect(String(reflecting: secret) == "<redacted>")
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func theValueIsReadInAClosureOnly() {
        #expect(Secret(word).withValue { $0.count } == word.count)
        #expect(Secret(2).map { $0 * 2 }.withValue { $0 } == 4)
    }

    @Test func secretsAreDecodedAndNeverEncoded() throws {
        let decoded = try JSONDecoder().decode([String: Secret<String>].self, from: Data(#"{"a":"x"}"#.utf8))
        #expect(decoded["a"] == Secret("x"))
        let value: Any = Secret(word)
        #expect(!(value is any Encodable))
    }

    @Test func aDecodingErrorDoesNotShowTheText() {
        do {
            _ = try JSONDecoder().decode([String: Secret<Int>].self, from: Data(#"{"a":"hunter2"}"#.utf8))
            Issue.record("decoded a text as a number")
        } catch {
            #expect(!"\(error)".contains("hunter2"))
        }
    }

    @Test func equalityIsOfTheValues() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("a") != Secret("aa"))
        #expect(Secret([1, 2] as [UInt8]) == Secret([1, 2] as [UInt8]))
        // Alike to the eye, but different bytes.
        #expect(Secret("\u{E9}") != Secret("e\u{301}"))
    }
}

@Suite struct ConstantTimeTests {
    @Test func equalAgreesWithEquality() {
        let values: [[UInt8]] = [[], [0], [1], [0, 0], [0, 1], [1, 0], [255], Array(repeating: 7, count: 1000)]
        for left in values {
            for right in values { #expect(ConstantTime.equal(left, right) == (left == right)) }
        }
    }

    @Test func everyBitCounts() {
        let bytes = [UInt8](repeating: 0xA5, count: 32)
        for position in 0..<256 {
            var other = bytes
            other[position / 8] ^= 1 << UInt8(position % 8)
            #expect(!ConstantTime.equal(bytes, other))
        }
    }
}
