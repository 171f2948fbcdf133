import GroundworkCore

/// PLAIN (RFC 4616): NUL, user name, NUL, password.
struct PlainExchange: SASLExchange {
    private let message: Secret<[UInt8]>
    private var isSent = false

    init(_ login: SASLLogin) throws(SASLError) {
        let password = login.secret.map { Array($0.utf8) }
        guard !login.userName.utf8.contains(0), !password.withValue({ $0.contains(0) }) else {
            throw SASLError("The user name or the password has a NUL.")
        }
        let name: [UInt8] = [0] + Array(login.userName.utf8) + [0]
        message = password.map { name + $0 }
    }

    mutating func initialResponse() -> Secret<[UInt8]>? {
        isSent = true
        return message
    }

    mutating func response(to challenge: [UInt8]) throws(SASLError) -> Secret<[UInt8]> {
        throw SASLError("The server asks on after PLAIN's only message.")
    }
}

/// LOGIN: the user name, then the password, whatever the server's prompts say.
struct LoginExchange: SASLExchange {
    private var answers: [Secret<[UInt8]>]

    init(_ login: SASLLogin) {
        answers = [login.secret.map { Array($0.utf8) }, Secret(Array(login.userName.utf8))]
    }

    mutating func initialResponse() -> Secret<[UInt8]>? { nil }

    mutating func response(to challenge: [UInt8]) throws(SASLError) -> Secret<[UInt8]> {
        guard let answer = answers.popLast() else {
            throw SASLError("The server asks on after LOGIN's user name and password.")
        }
        return answer
    }
}
