/// Something that a ``LoopbackSMTPServer`` does in place of what a good server would.
///
///     configuration.faults = [
///         .at(.recipient, .reply("452 4.5.3 Too many recipients"), occurrence: 2),
///         .at(.endOfData, .takeAndClose, occurrence: 1),
///     ]
public struct LoopbackSMTPFault: Sendable {
    /// The moment at which something happens: the reply to a command is due.
    public enum Step: Sendable, Hashable, CaseIterable {
        /// A client has connected.
        case greeting
        /// `EHLO`
        case ehlo
        /// `HELO`
        case helo
        /// `STARTTLS`
        case startTLS
        /// `AUTH`, each of its challenges and its end.
        case auth
        /// `MAIL`
        case mail
        /// `RCPT`
        case recipient
        /// `DATA`
        case data
        /// The first byte of the content has come.
        case content
        /// The content has come.
        case endOfData
        /// `RSET`
        case reset
        /// `NOOP`
        case noop
        /// `QUIT`
        case quit
    }

    /// What happens.
    public enum Action: Sendable {
        /// Another reply; line feeds part its lines, each with its code. Nothing that the command asks for is done.
        case reply(String)
        /// Another reply, then the end of the connection.
        case replyAndClose(String)
        /// Bytes of any kind in place of a reply.
        case send([UInt8])
        /// The usual reply, with these bytes behind it in the same packet.
        case append([UInt8])
        /// The usual reply, with these bytes before it in the same packet.
        case prepend([UInt8])
        /// The usual reply, byte by byte, with a pause before each.
        case trickle(pause: Duration)
        /// The usual reply after a while.
        case delay(Duration)
        /// No reply, and no end of the connection either.
        case stall
        /// The end of the connection.
        case close
        /// The end of the connection with a reset.
        case abort
        /// At the end of the content: the message is taken, and the connection ends without a reply.
        case takeAndClose
    }

    /// When.
    public var step: Step
    /// What.
    public var action: Action
    /// The how manieth time of the step on the server, from 1; nil: each time.
    public var occurrence: Int?

    /// Does something at a step, each time or once.
    public static func at(_ step: Step, _ action: Action, occurrence: Int? = nil) -> LoopbackSMTPFault {
        LoopbackSMTPFault(step: step, action: action, occurrence: occurrence)
    }
}

extension LoopbackSMTPFault.Action {
    /// Whether what the command asks for is done all the same.
    var takes: Bool {
        switch self {
        case .append, .prepend, .trickle, .delay, .takeAndClose: true
        case .reply, .replyAndClose, .send, .stall, .close, .abort: false
        }
    }
}
