import Glibc
import Synchronization

private let outputFailure = Atomic<Int32>(0)

/// The reader of standard output has closed its end.
public struct ReaderGone: Error {}

/// Standard output that cannot take more.
public struct WriteFailure: Error, CustomStringConvertible {
    let number: Int32

    /// What happened, in the system's words.
    public var description: String { "Standard output cannot be written: \(String(cString: strerror(number)))." }
}

/// Standard output and standard error. Results go to the first, everything else to the second.
public enum Console {
    /// Writes a line to standard output. Whether it arrived, ``checkOutput()`` tells.
    public static func print(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// Fails when something that was printed did not arrive.
    /// - Throws: ``ReaderGone``, ``WriteFailure``.
    public static func checkOutput() throws {
        switch outputFailure.load(ordering: .relaxed) {
        case 0: return
        case EPIPE: throw ReaderGone()
        case let number: throw WriteFailure(number: number)
        }
    }

    /// Writes bytes to standard output.
    /// - Throws: ``ReaderGone``, ``WriteFailure``.
    public static func output(_ bytes: [UInt8]) throws {
        write(bytes, to: STDOUT_FILENO)
        try checkOutput()
    }

    /// Writes a line to standard error.
    public static func note(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// Whether standard error is a terminal that can write over a line.
    public static var errorIsTerminal: Bool {
        guard isatty(STDERR_FILENO) == 1 else { return false }
        guard let kind = getenv("TERM") else { return true }
        return String(cString: kind) != "dumb"
    }

    static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ all: [UInt8], to descriptor: Int32) {
        var bytes = all[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                if descriptor == STDOUT_FILENO { outputFailure.store(errno, ordering: .relaxed) }
                return
            }
        }
    }
}

/// Progress of something that takes a while: a bar on a terminal, a plain line now and then otherwise.
public final class ProgressLine: Sendable {
    private struct State {
        var lastShown: ContinuousClock.Instant?
        var isOpen = false
    }

    private let label: String
    private let isTerminal: Bool
    private let isQuiet: Bool
    private let began = ContinuousClock.now
    private let state = Mutex(State())

    /// Makes a line; a quiet one shows nothing.
    public init(_ label: String, quiet: Bool = false) {
        self.label = label
        isQuiet = quiet
        isTerminal = Console.errorIsTerminal
    }

    /// Shows `done` of `total` bytes; without a total it shows no bar.
    public func update(_ done: Int64, of total: Int64? = nil) {
        guard !isQuiet else { return }
        let now = ContinuousClock.now
        let interval: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
        state.withLock { state in
            if let last = state.lastShown, now - last < interval { return }
            if state.lastShown == nil, !isTerminal, now - began < interval { return }
            state.lastShown = now
            let speed = Format.rate(done, in: now - began)
            if isTerminal {
                Console.write("\r\u{1B}[K\(label) \(bar(done, total))\(Format.bytes(done)) \(speed)", to: STDERR_FILENO)
                state.isOpen = true
            } else {
                Console.note("\(label): \(Format.bytes(done))\(total.map { " of \(Format.bytes($0))" } ?? "") \(speed)")
            }
        }
    }

    /// Takes the bar away.
    public func finish() {
        state.withLock { state in
            if state.isOpen { Console.write("\r\u{1B}[K", to: STDERR_FILENO) }
            state.isOpen = false
        }
    }

    private func bar(_ done: Int64, _ total: Int64?) -> String {
        guard let total, total > 0 else { return "" }
        let share = min(1, Double(done) / Double(total))
        let filled = Int(share * 24)
        let cells = String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled)
        return "[\(cells)] \(Format.decimal(share * 100, places: 0)) % "
    }
}

extension Console {
    /// Whether standard output is a terminal.
    public static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// The columns of the terminal that standard output is; nil when it is none.
    public static var columns: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
