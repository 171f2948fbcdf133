import Glibc
import GroundworkCore
import SystemPackage

/// Both ends of a pipe that is as large as an unprivileged process may make it.
///
/// A pipe of 1 MiB instead of 64 KiB lets pg_dump run ahead and halves the time lost in switches.
struct Pipe {
    let readEnd: PipeEnd
    let writeEnd: PipeEnd

    init(large: Bool = true) throws(SystemCallError) {
        do {
            let ends = try FileDescriptor.pipe(options: .closeOnExec)
            readEnd = PipeEnd(adopting: ends.readEnd.rawValue)
            writeEnd = PipeEnd(adopting: ends.writeEnd.rawValue)
        } catch {
            throw SystemCallError(number: error.rawValue, call: "pipe2")
        }
        guard large else { return }
        // F_SETPIPE_SZ is 1031. A refusal (the user's pages are used up) leaves a smaller pipe, which works too.
        _ = fcntl(writeEnd.descriptor, 1031, Int32(1 << 20))
    }
}

/// One end of a pipe: a descriptor that is closed once.
final class PipeEnd: Sendable {
    private let state: Locked<Int32>

    init(adopting descriptor: Int32) { state = Locked(descriptor) }

    /// The descriptor, or -1 when it is closed.
    var descriptor: Int32 { state.withLock { $0 } }

    /// Closes it, once.
    func close() {
        let descriptor = state.withLock { descriptor in
            defer { descriptor = -1 }
            return descriptor
        }
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }

    /// Makes reads and writes return `EAGAIN` instead of blocking. The other end is not affected.
    func makeNonBlocking() throws(SystemCallError) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else { throw .last("fcntl") }
    }

    /// How many bytes the pipe holds.
    ///
    /// F_GETPIPE_SZ is 1032.
    var pipeCapacity: Int32 { max(fcntl(descriptor, 1032), 4096) }

    /// Whether there is nothing to read now.
    var isDry: Bool {
        var available: Int32 = 0
        return unsafe ioctl(descriptor, UInt(FIONREAD), &available) != 0 || available == 0
    }

    deinit { close() }
}

/// Wakes a thread that sleeps in `poll`.
final class WakeUp: Sendable {
    private let bell: Pipe

    init() throws(SystemCallError) {
        bell = try Pipe(large: false)
        try bell.readEnd.makeNonBlocking()
        try bell.writeEnd.makeNonBlocking()
    }

    /// Ends the present sleep, or the next one.
    func signal() {
        var one: UInt8 = 1
        // A full pipe is a signal too.
        _ = unsafe write(bell.writeEnd.descriptor, &one, 1)
    }

    /// Sleeps until `descriptor` is ready for `events`, or a signal comes.
    /// - Returns: whether the descriptor is ready.
    func wait(for events: Int16 = 0, of descriptor: Int32 = -1) -> Bool {
        var entries = (
            pollfd(fd: bell.readEnd.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: events, revents: 0)
        )
        let ready = unsafe withUnsafeMutablePointer(to: &entries) { pointer in
            unsafe pointer.withMemoryRebound(to: pollfd.self, capacity: 2) { unsafe poll($0, 2, -1) }
        }
        guard ready > 0 else { return false }
        if entries.0.revents != 0 {
            var signals: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
            _ = unsafe read(bell.readEnd.descriptor, &signals, 32)
        }
        return entries.1.revents != 0
    }
}
