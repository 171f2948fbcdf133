import AppleSignIn
import GroundworkCore
import Testing

@Suite struct AppleCallbackTests {
    private func refusal(_ body: String) -> String? {
        do {
            _ = try AppleCallback(formBody: Array(body.utf8))
            return nil
        } catch {
            return error.code == .malformedCallback ? error.message : "\(error)"
        }
    }

    @Test func aCallbackIsTakenApart() throws {
        let user = #"{"name":{"firstName":"A+d%C3%A9","lastName":"L"},"email":"evil%40example.com"}"#
            .replacing("\"", with: "%22").replacing("{", with: "%7B").replacing("}", with: "%7D")
        let callback = try AppleCallback(formBody: Array("state=s%2B1&code=c.0.x&id_token=a.b.c&user=\(user)".utf8))
        guard case .authorized(let code, let token) = callback.outcome else { throw TestFailure() }
        #expect(code == Secret("c.0.x"))
        #expect(token == Secret("a.b.c"))
        #expect(callback.state == Secret("s+1"))
        #expect(callback.firstLogin?.givenName == "A dé")
        // The address in it is not signed: it is not even kept.
        #expect(!"\(String(reflecting: callback))".contains("evil"))
    }

    @Test(arguments: [
        "code=a&code=b", "code=a&state=x&state=y", "code=a&c%6Fde=b", "code=a&id_token=x&id_token=x",
        "error=e&error=e&state=s",
        "code=a&user=%7B%7D&user=%7B%7D", "code=a&other=1&other=2", "code=a&error=access_denied", "code=a&=1&=2",
    ])
    func repeatedFieldsAreRefused(body: String) {
        #expect(refusal(body) != nil)
    }

    @Test(arguments: [
        "", "&&&", "state=s", "code=", "code", "code=%", "code=%4", "code=%zz", "code=a%00b", "code=a%0d%0ab",
        "code=a b", "code=%ff",
        "code=%C3%28", "code=é", "code=a&user=%7B", "code=a&user=%5B%5D",
        "code=a&user=%7B%22name%22%3A1%2C%22name%22%3A2%7D", "%7B%7D",
        "{\"code\":\"a\"}",
    ])
    func otherBodiesAreRefused(body: String) {
        #expect(refusal(body) != nil)
    }

    @Test func longBodiesAreRefusedUnread() {
        #expect(refusal("code=a&x=" + String(repeating: "a", count: 65_536))?.contains("longer") == true)
        #expect(refusal("code=" + String(repeating: "a", count: 2049)) != nil)
        #expect(refusal((0..<40).map { "f\($0)=1" }.joined(separator: "&") + "&code=a")?.contains("too many") == true)
        let deep = "%7B%22a%22%3A" + String(repeating: "%5B", count: 2000)
        #expect(refusal("code=a&user=\(deep)") != nil)
    }

    @Test(arguments: [("user_cancelled_authorize", true), ("access_denied", true), ("invalid_scope", false)])
    func cancellingIsNoError(word: String, isCancelled: Bool) throws {
        let callback = try AppleCallback(formBody: Array("error=\(word)&state=s".utf8))
        switch callback.outcome {
        case .cancelled: #expect(isCancelled)
        case .failed(let found): #expect(!isCancelled && found == word)
        case .authorized: throw TestFailure()
        }
    }

    @Test func anErrorWordIsCleaned() throws {
        let callback = try AppleCallback(
            formBody: Array("error=a%0d%0aSet-Cookie%3A%20x%1b%5B31m\(String(repeating: "y", count: 200))".utf8)
        )
        guard case .failed(let word) = callback.outcome else { throw TestFailure() }
        #expect(word.utf8.count <= 64)
        #expect(word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }

    @Test func namesThatAreNoneAreLeftOut() throws {
        for name in [#""""#, "7", "null", #""a\u0000b""#, "\"" + String(repeating: "n", count: 257) + "\""] {
            let json = #"{"name":{"firstName":\#(name),"lastName":"L"}}"#
            let body = "code=a&user=" + json.utf8.map { "%" + Hex.encode([$0]) }.joined()
            let login = try AppleCallback(formBody: Array(body.utf8)).firstLogin
            #expect(login?.givenName == nil)
            #expect(login?.familyName == "L")
        }
    }

    @Test func nothingOfItIsShown() throws {
        let user = #"{"name":{"firstName":"zqzq4","lastName":"zqzq5"},"email":"zqzq6@example.com"}"#
        let body = "code=zqzq1&state=zqzq2&id_token=zqzq3&user=" + user.utf8.map { "%" + Hex.encode([$0]) }.joined()
        let callback = try AppleCallback(formBody: Array(body.utf8))
        #expect(callback.firstLogin?.familyName == "zqzq5")
        var dumped = ""
        dump(callback, to: &dumped)
        #expect(!"\(callback) \(String(reflecting: callback)) \(dumped)".contains("zqzq"))
    }
}

struct TestFailure: Error {}
