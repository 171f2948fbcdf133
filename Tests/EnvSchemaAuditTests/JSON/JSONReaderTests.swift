import EnvSchemaAudit
import GroundworkEnvModel
import Testing

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8), input: "test") }

    private func code(_ text: String) -> AuditInputError.Code? {
        do throws(AuditInputError) {
            _ = try JSONReader.read(Array(text.utf8), input: "test")
            return nil
        } catch { return error.code }
    }

    @Test func readsEveryKindOfValue() throws {
        let value = try read(#" {"a": [1, -2.5e3, true, false, null, "x\u00e9\ud83d\ude00\n"], "a": {}} "#)
        #expect(value.members?.count == 2)
        let list = value.members?.first?.value.elements
        #expect(list?.map(\.scalarText) == ["1", "-2.5e3", "true", "false", nil, "xé😀\n"])
        #expect(value["a"]?.members?.isEmpty == true)
    }

    @Test(arguments: [
        "", "{", "[", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "tru", "01", "1.", "1e", "-", "\"", "\"\\x\"",
        "\"\\u12\"",
        "\"\\u+123\"", "\"a\nb\"", "1 2", "nul", "[1}", "\u{1}", "'a'", "NaN", "{\"a\":1,}",
    ])
    func refusesWhatIsNotJSON(_ text: String) {
        #expect(code(text) == .notJSON)
    }

    @Test func loneSurrogatesBecomeReplacementCharacters() throws {
        #expect(try read(#""\ud800x\udc00\ud800A""#).string == "\u{FFFD}x\u{FFFD}\u{FFFD}A")
    }

    @Test func refusesDeepNesting() {
        #expect(code(String(repeating: "[", count: 100_000)) == .tooLarge)
        #expect(code(String(repeating: "{\"a\":", count: 100_000)) == .tooLarge)
        #expect(code(String(repeating: "[", count: 60) + String(repeating: "]", count: 60)) == nil)
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: AuditInputError.self) { try JSONReader.read([0x22, 0xFF, 0x22], input: "test") }
    }

    @Test func refusesWhatIsHuge() {
        let bytes = [UInt8](repeating: 0x20, count: JSONReader.sizeLimit + 1)
        do throws(AuditInputError) {
            _ = try JSONReader.read(bytes, input: "test")
            Issue.record("It was read.")
        } catch {
            #expect(error.code == .tooLarge)
        }
    }

    @Test func errorsNameTheInputAndThePlaceButNoContents() {
        do throws(AuditInputError) {
            _ = try JSONReader.read(Array(#"{"KEY": "hunter2-secret" oops}"#.utf8), input: "list.json")
            Issue.record("It was read.")
        } catch {
            #expect(
                error.description == "list.json: It is not JSON that can be read: an object is not closed (at byte 25)."
            )
        }
    }
}
