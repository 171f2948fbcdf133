import CGroundworkCurl
import Glibc
import GroundworkCore
import GroundworkHTTP

/// Starts the engine's thread with the first request and ends it.
final class CurlEngine: Sendable {
    private enum State {
        case idle
        case running(EngineMailbox)
        case shutDown(EngineMailbox?)
    }

    let settings: EngineSettings
    private let state = Locked(State.idle)

    init(_ configuration: CurlHTTPTransport.Configuration) {
        settings = EngineSettings(configuration)
    }

    deinit {
        // Exchanges that are still read go on; the thread ends with the last one.
        if case .running(let mailbox) = state.withLock({ $0 }) { mailbox.post(.retire) }
    }

    /// The mailbox of the running thread.
    func mailbox(for request: HTTPRequest) throws -> EngineMailbox {
        try state.withLock { state throws in
            switch state {
            case .running(let mailbox): return mailbox
            case .shutDown: throw EngineMailbox.shutDownError(request)
            case .idle:
                let mailbox: EngineMailbox
                do {
                    mailbox = try EngineThread.start(settings)
                } catch {
                    throw HTTPTransportError(
                        .internalFailure,
                        "The HTTP engine could not start: \(error)",
                        request: request,
                        underlyingError: error
                    )
                }
                state = .running(mailbox)
                return mailbox
            }
        }
    }

    /// Ends all exchanges and the thread; returns once both are gone.
    func shutDown() async {
        let mailbox = state.withLock { state -> EngineMailbox? in
            switch state {
            case .idle:
                state = .shutDown(nil)
                return nil
            case .running(let mailbox):
                state = .shutDown(mailbox)
                mailbox.post(.stop)
                return mailbox
            case .shutDown(let mailbox): return mailbox
            }
        }
        await mailbox?.waitUntilClosed()
    }
}

/// The engine's thread.
enum EngineThread {
    private final class Start: Sendable {
        let settings: EngineSettings
        let mailbox: EngineMailbox

        init(_ settings: EngineSettings, _ mailbox: EngineMailbox) {
            self.settings = settings
            self.mailbox = mailbox
        }
    }

    private static let libraryIsReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    static func start(_ settings: EngineSettings) throws -> EngineMailbox {
        guard libraryIsReady else {
            throw HTTPTransportError(.internalFailure, "libcurl could not be initialised.")
        }
        let mailbox = try EngineMailbox()
        let context = unsafe Unmanaged.passRetained(Start(settings, mailbox))
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                EngineThread.run(start.settings, start.mailbox)
                return nil
            },
            context.toOpaque()
        )
        guard code == 0 else {
            unsafe context.release()
            throw SystemCallError(number: code, call: "pthread_create")
        }
        return mailbox
    }

    private static func run(_ settings: EngineSettings, _ mailbox: EngineMailbox) {
        blockSignals()
        unsafe gw_thread_set_name("groundwork-http")
        do {
            let loop = try EngineLoop(settings, mailbox: mailbox)
            loop.run()
            mailbox.close()
        } catch {
            mailbox.close(with: error)
        }
    }

    /// Signals belong to the program's own threads; SIGPIPE above all, which OpenSSL raises when it writes to a
    /// connection that is gone. Those that a fault raises stay.
    private static func blockSignals() {
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGPROF] {
            unsafe sigdelset(&signals, signal)
        }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
