import GroundworkTesting
import Testing

@Suite struct HTTP1RequestParserTests {
    /// All events of a text that is fed in pieces; adjacent pieces of a body are joined.
    static func events(
        _ text: String,
        pieces: Int = .max,
        limits: HTTP1RequestParser.Limits = .init()
    ) throws -> [HTTP1RequestParser.Event] {
        var parser = HTTP1RequestParser(limits: limits)
        var events: [HTTP1RequestParser.Event] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(pieces, max(1, bytes.count))) {
            parser.feed(Array(bytes[start...].prefix(pieces)))
            while let event = try parser.next() {
                if case .body(let next) = event, case .body(let last) = events.last {
                    events[events.count - 1] = .body(last + next)
                } else {
                    events.append(event)
                }
            }
        }
        return events
    }

    static func head(_ text: String) throws -> HTTP1RequestHead {
        guard case .head(let head) = try events(text).first else { throw HTTP1ParsingError(0, "no head") }
        return head
    }

    static func status(_ text: String, limits: HTTP1RequestParser.Limits = .init()) -> Int? {
        do {
            _ = try events(text, limits: limits)
            return nil
        } catch {
            return (error as? HTTP1ParsingError)?.status
        }
    }

    static let conversation =
        "GET /a//b/../c%2F?x=%20 HTTP/1.1\r\nHost: example:80\r\nX-Empty:\r\nx-spaced: \t a  b \t\r\n\r\n"
        + "PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-Continue\r\n\r\nhello world"
        + "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\nConnection: x, Close\r\n\r\n"
        + "5;name=\"v\"\r\nhello\r\n00006  \r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"
        + "\r\nGET http://h/abs HTTP/1.0\r\n\r\n"

    @Test func readsAConversation() throws {
        let events = try Self.events(Self.conversation)
        #expect(events.count == 10)
        guard case .head(let get) = events[0], case .head(let put) = events[2], case .head(let post) = events[5],
            case .head(let old) = events[8]
        else {
            Issue.record("heads are missing: \(events)")
            return
        }
        #expect(get.method == "GET" && get.target == "/a//b/../c%2F?x=%20" && get.keepsAlive)
        #expect(get.values(of: "x-spaced") == [Array("a  b".utf8)] && get.values(of: "x-empty") == [[]])
        #expect(get.fields[2].name == "x-spaced")
        #expect(events[1] == .end)
        #expect(put.framing == .length(11) && put.expectsContinue)
        #expect(events[3] == .body(Array("hello world".utf8)) && events[4] == .end)
        #expect(post.framing == .chunked && !post.keepsAlive)
        #expect(events[6] == .body(Array("hello world".utf8)) && events[7] == .end)
        #expect(old.isHTTP10 && !old.keepsAlive && old.target == "http://h/abs" && events[9] == .end)
    }

    @Test(arguments: 1...40) func findsTheSameInPieces(pieces: Int) throws {
        #expect(try Self.events(Self.conversation, pieces: pieces) == Self.events(Self.conversation))
    }

    @Test func keepsHTTP10AliveOnDemandOnly() throws {
        #expect(try !Self.head("GET / HTTP/1.0\r\n\r\n").keepsAlive)
        #expect(try Self.head("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keepsAlive)
    }

    @Test(arguments: [
        ("GET /\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400),
        ("G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET /\u{E9} HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET relative HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        ("GET / http/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: h\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nA: b\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nName : v\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n folded\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nNoColon\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\n: v\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nA: b\u{0}c\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1 2\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999999999999\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        ("PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n", 417),
    ])
    func refuses(text: String, status: Int) {
        #expect(Self.status(text) == status)
    }

    @Test(arguments: [
        "x\r\n", "\r\n", "-1\r\n", "0x5\r\nhello\r\n", "1000000000000000\r\n", "5\nhello\r\n", "5\r\nhelloX\r\n",
        "5\r\nhello\n", "5 5\r\nhello\r\n", "5;\u{0}\r\nhello\r\n", "0\r\nbad trailer\r\n\r\n",
    ])
    func refusesChunks(chunks: String) {
        #expect(Self.status("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks) == 400)
    }

    @Test func holdsItsLimits() {
        var limits = HTTP1RequestParser.Limits()
        limits.headBytes = 100
        limits.fieldCount = 3
        limits.chunkLineBytes = 10
        let start = "GET / HTTP/1.1\r\nHost: h\r\n"
        let chunked = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(Self.status(start + "A: 1\r\nB: 2\r\n\r\n", limits: limits) == nil)
        #expect(Self.status(start + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n", limits: limits) == 431)
        #expect(Self.status(start + "A: \(String(repeating: "x", count: 100))\r\n\r\n", limits: limits) == 431)
        #expect(Self.status("GET /" + String(repeating: "x", count: 100), limits: limits) == 431)
        #expect(Self.status(String(repeating: "\r\n", count: 60), limits: limits) == 431)
        #expect(Self.status(chunked + "5;" + String(repeating: "x", count: 20), limits: limits) == 400)
        #expect(Self.status(chunked + "0\r\nA: \(String(repeating: "x", count: 100))\r\n\r\n", limits: limits) == 431)
    }

    @Test func handsAWholeChunkOverAsItIs() throws {
        var parser = HTTP1RequestParser()
        parser.feed(Array("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n".utf8))
        _ = try parser.next()
        #expect(try parser.next() == nil && parser.remainingBody == 300_000)
        let chunk = [UInt8](repeating: 7, count: 200_000)
        parser.feed(chunk)
        #expect(try parser.next() == .body(chunk))
        #expect(parser.remainingBody == 100_000 && parser.isInsideRequest)
        parser.feed(chunk)
        #expect(try parser.next() == .body(Array(chunk.prefix(100_000))))
        #expect(try parser.next() == .end)
        #expect(throws: HTTP1ParsingError.self) {
            while try parser.next() != nil {}; parser.feed([10]); _ = try parser.next()
        }
    }

    /// Whatever is changed in a good conversation, the parser ends in events or an error, and never holds much.
    @Test func survivesDamage() {
        let random = ManualRandom(seed: 1)
        let original = Array(Self.conversation.utf8)
        for _ in 0..<3000 {
            var bytes = original
            for _ in 0...random.next() % 4 {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                }
            }
            var parser = HTTP1RequestParser()
            parser.feed(bytes)
            var count = 0
            while count < 1000, let _ = try? parser.next() { count += 1 }
            #expect(count < 100)
        }
    }
}
