import Testing

@testable import Mailer

/// `BDAT` (RFC 3030): the transitions of a content in chunks.
@Suite struct SMTPChunkTests {
    private func ok(_ code: Int = 250) -> SMTPReply { SMTPReply(code: code, text: "") }

    /// A message whose recipients the server has answered for, with 250 unless said otherwise.
    private func begun(
        _ codes: [Int] = [250],
        finalReplies: SMTPTransaction.FinalReplies = .one
    ) throws -> (SMTPTransaction, SMTPTransaction.Action) {
        var transaction = SMTPTransaction(
            try plainCommands(codes.indices.map { "r\($0)@example.org" }),
            pipelining: true,
            afterReset: false,
            finalReplies: finalReplies,
            content: .chunks
        )
        let text = String(decoding: transaction.begin(), as: UTF8.self)
        #expect(!text.contains("DATA") && text.hasPrefix("MAIL FROM:<a@example.org>\r\nRCPT TO:<r0@"))
        _ = try transaction.received(ok())
        var action = SMTPTransaction.Action.wait
        for code in codes { action = try transaction.received(ok(code)) }
        return (transaction, action)
    }

    @Test func noConsentIsWaitedForAndEachChunkHasItsReply() throws {
        var (transaction, action) = try begun()
        #expect(action == .sendContent && transaction.awaited == .command)
        #expect(transaction.chunk(of: 1000, isLast: false) == Array("BDAT 1000\r\n".utf8))
        #expect(!transaction.isContentSent)
        #expect(try transaction.received(ok()) == .sendContent)
        #expect(transaction.chunk(of: 7, isLast: true) == Array("BDAT 7 LAST\r\n".utf8))
        #expect(transaction.isContentSent && transaction.awaited == .endOfData)
        #expect(try transaction.received(ok()) == .finished)
        #expect(transaction.results == [.accepted(ok())] && !transaction.needsReset)
    }

    @Test func chunksMayFollowBeforeTheReplies() throws {
        var (transaction, _) = try begun()
        for _ in 0..<3 { _ = transaction.chunk(of: 10, isLast: false) }
        _ = transaction.chunk(of: 0, isLast: true)
        for _ in 0..<3 { #expect(try transaction.received(ok()) == .wait) }
        #expect(transaction.results == [.pending])
        #expect(try transaction.received(ok()) == .finished)
        #expect(transaction.results == [.accepted(ok())])
    }

    @Test func aRefusedChunkIsForTheWholeContentAndLeavesARestToReset() throws {
        var (transaction, _) = try begun()
        _ = transaction.chunk(of: 10, isLast: false)
        #expect(try transaction.received(ok(452)) == .finished)
        #expect(transaction.results == [.refused(ok(452))] && transaction.needsReset && !transaction.isContentSent)
    }

    @Test func whatFollowsARefusedChunkIsReadAndSaysNothing() throws {
        for finalReplies in [SMTPTransaction.FinalReplies.one, .onePerRecipient] {
            var (transaction, _) = try begun([250, 250], finalReplies: finalReplies)
            _ = transaction.chunk(of: 10, isLast: false)
            _ = transaction.chunk(of: 10, isLast: true)
            #expect(try transaction.received(ok(552)) == .wait)
            #expect(try transaction.received(ok(503)) == .finished)
            #expect(transaction.results == [.refused(ok(552)), .refused(ok(552))] && transaction.needsReset)
        }
    }

    @Test func aServerThatTakesTheLastChunkHasTheMessage() throws {
        var (transaction, _) = try begun()
        _ = transaction.chunk(of: 10, isLast: false)
        _ = transaction.chunk(of: 10, isLast: true)
        _ = try transaction.received(ok(452))
        #expect(try transaction.received(ok()) == .finished)
        #expect(transaction.results == [.accepted(ok())])
    }

    @Test func aRefusedLastChunkRefusesAll() throws {
        var (transaction, _) = try begun([250, 550, 250])
        _ = transaction.chunk(of: 10, isLast: true)
        #expect(try transaction.received(ok(554)) == .finished)
        #expect(transaction.results == [.refused(ok(554)), .refused(ok(550)), .refused(ok(554))])
        #expect(transaction.needsReset)
    }

    @Test func withNobodyToSendToNoChunkGoesOut() throws {
        let (transaction, action) = try begun([550, 550])
        #expect(action == .finished && transaction.needsReset)
    }

    @Test func theLastChunkHasAReplyForEachRecipientWithLMTP() throws {
        var (transaction, _) = try begun([250, 250], finalReplies: .onePerRecipient)
        _ = transaction.chunk(of: 10, isLast: false)
        #expect(try transaction.received(ok()) == .sendContent)
        _ = transaction.chunk(of: 10, isLast: true)
        #expect(try transaction.received(ok()) == .wait)
        #expect(try transaction.received(ok(452)) == .finished)
        #expect(transaction.results == [.accepted(ok()), .refused(ok(452))])
    }

    @Test func aFarewellEndsAllAndAReplyTooManyIsAViolation() throws {
        var (farewell, _) = try begun()
        _ = farewell.chunk(of: 10, isLast: false)
        #expect(try farewell.received(ok(421)) == .finished)
        #expect(farewell.isClosing && farewell.results == [.refused(ok(421))])
        var (early, _) = try begun()
        #expect(throws: SMTPFailure.self) { try early.received(ok()) }
        var (intermediate, _) = try begun()
        _ = intermediate.chunk(of: 10, isLast: true)
        #expect(throws: SMTPFailure.self) { try intermediate.received(ok(354)) }
        var (second, _) = try begun()
        _ = second.chunk(of: 10, isLast: false)
        _ = try second.received(ok())
        #expect(throws: SMTPFailure.self) { try second.received(ok()) }
    }
}
