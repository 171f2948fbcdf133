import GroundworkCore

/// Tells of an exchange that was cancelled whether the request had begun to go out, which `CancellationError` does not say.
///
/// A transport that does not fill it in leaves that open.
package final class HTTPSendProbe: Sendable, Hashable {
    private enum State {
        case untold, connecting, sending
    }

    private let state = Locked(State.untold)

    package init() {}

    /// The transport took the request, and will say when it begins to send.
    package func connectingBegins() { state.withLock { $0 = .connecting } }

    /// From here on bytes of the request may go out.
    package func sendingBegins() { state.withLock { $0 = .sending } }

    /// Whether surely not one byte of the request went out.
    package var isUnsent: Bool { state.withLock { $0 == .connecting } }

    package static func == (one: HTTPSendProbe, other: HTTPSendProbe) -> Bool { one === other }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
