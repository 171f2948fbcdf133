import GroundworkCore
import GroundworkSockets

@testable import Mailer

/// A connection in memory, on which the other side says something piece by piece, whatever it is told.
final class ScriptedStream: ByteStream {
    /// What one read gives.
    struct Piece: Sendable {
        var text: String
        /// Whether it comes only to one who waits.
        var isLate = false
        /// What happens as it comes.
        var event: @Sendable () -> Void = {}
    }

    private struct State {
        var pieces: ArraySlice<Piece>
        var isClosed = false
    }

    private let state: Locked<State>

    init(_ pieces: [Piece]) { state = Locked(State(pieces: pieces[...])) }

    var isClosed: Bool { state.withLock { $0.isClosed } }
    var rest: Int { state.withLock { $0.pieces.count } }

    func read(upTo limit: Int, deadline: ContinuousClock.Instant?) async throws -> [UInt8] {
        let doesNotWait = deadline.map { $0 <= .now } ?? false
        let piece = try state.withLock { state -> Piece? in
            guard let piece = state.pieces.first else { return nil }
            if piece.isLate, doesNotWait { throw SocketError(.timedOut, "Nothing has come.") }
            state.pieces.removeFirst()
            return piece
        }
        piece?.event()
        return piece.map { Array($0.text.utf8) } ?? []
    }

    func write(_ bytes: ArraySlice<UInt8>, deadline: ContinuousClock.Instant?) async throws {}
    func closeWrite(deadline: ContinuousClock.Instant?) async throws {}
    func waitUntilHungUp(deadline: ContinuousClock.Instant?) async throws {}
    func waitUntilDelivered(deadline: ContinuousClock.Instant?) async throws {}
    func close() { state.withLock { $0.isClosed = true } }
    func reset() { close() }
}

extension SMTPConnection {
    /// A connection over a script, to a server that lets commands follow each other.
    static func scripted(
        _ stream: ScriptedStream,
        _ change: (inout SMTPConfiguration) -> Void = { _ in }
    ) -> SMTPConnection {
        var configuration = SMTPConfiguration(host: "mail.test", security: .none)
        change(&configuration)
        let capabilities = SMTPCapabilities(ehlo: SMTPReply(code: 250, text: "mail.test\nPIPELINING"))
        return SMTPConnection(stream, configuration, capabilities, isSecure: false)
    }
}
