import Glibc
import GroundworkCore

/// A process that was just started, with the reading ends of its outputs.
struct SpawnedProcess: Sendable {
    let processID: pid_t
    private let output: OpenFile
    private let errors: OpenFile

    /// Starts `arguments[0]`, which is a path.
    init(_ configuration: ChildProcess.Configuration, _ arguments: [String]) throws(TestProcessError) {
        let (output, outputWriter) = try Self.pipe()
        let (errors, errorWriter) = try Self.pipe()
        let input = try Self.inputFile(configuration.standardInput)

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input.descriptor, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, outputWriter.descriptor, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errorWriter.descriptor, 2)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        unsafe posix_spawnattr_setsigmask(&attributes, &mask)
        var defaults = sigset_t()
        unsafe sigemptyset(&defaults)
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGCHLD] { unsafe sigaddset(&defaults, signal) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var processID = pid_t()
        let environment = configuration.environment.map { "\($0.key)=\($0.value)" }
        // The descriptors must stay open until the child has copied them.
        let result = withExtendedLifetime((input, outputWriter, errorWriter)) {
            unsafe withCStrings(arguments) { argv in
                unsafe withCStrings(environment) { envp in
                    unsafe posix_spawn(&processID, arguments[0], &actions, &attributes, argv, envp)
                }
            }
        }
        guard result == 0 else {
            throw TestProcessError("\(configuration.executable) cannot be started: \(SystemCallError.text(of: result))")
        }
        self.processID = processID
        self.output = output
        self.errors = errors
    }

    /// Reads both outputs to their ends. A descendant that left the group may hold them open: once the process has
    /// ended they are read for two more seconds of silence at most.
    func drain(into outputTail: OutputTail, _ errorTail: OutputTail) {
        var open = [(output, outputTail), (errors, errorTail)]
        var silent = 0
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while !open.isEmpty {
            var polls = open.map { pollfd(fd: $0.0.descriptor, events: Int16(POLLIN), revents: 0) }
            let ready = unsafe poll(&polls, nfds_t(polls.count), 100)
            if ready == 0 {
                silent = kill(processID, 0) == 0 ? 0 : silent + 1
                if silent > 20 { break }
            }
            guard ready > 0 else { continue }
            for index in polls.indices.reversed() where polls[index].revents != 0 {
                let count = unsafe read(polls[index].fd, &buffer, buffer.count)
                if count > 0 {
                    open[index].1.append(buffer[..<count])
                } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
                    open.remove(at: index).1.close()
                }
            }
        }
        for (_, tail) in open { tail.close() }
    }

    /// A pipe whose ends close in children. `pipe2` is not visible to Swift, and a pipe that is marked afterwards would
    /// leak into whatever another thread starts meanwhile, so it is a FIFO that loses its name at once.
    private static func pipe() throws(TestProcessError) -> (reader: OpenFile, writer: OpenFile) {
        do throws(SystemCallError) {
            let path = "/tmp/groundwork-pipe-\(Hex.encode(SystemRandom().bytes(16)))"
            guard unsafe mkfifo(path, 0o600) == 0 else { throw SystemCallError.last("mkfifo", path: path) }
            defer { unsafe unlink(path) }
            let reader = try OpenFile(path, flags: O_RDONLY | O_NONBLOCK)
            return (reader, try OpenFile(path, flags: O_WRONLY))
        } catch {
            throw TestProcessError("A pipe cannot be made: \(error)")
        }
    }

    /// An unnamed file with the bytes, to be read from its beginning.
    private static func inputFile(_ bytes: [UInt8]) throws(TestProcessError) -> OpenFile {
        do throws(SystemCallError) {
            guard !bytes.isEmpty else { return try OpenFile("/dev/null") }
            let path = "/tmp/groundwork-input-\(Hex.encode(SystemRandom().bytes(16)))"
            let file = try OpenFile(path, flags: O_RDWR | O_CREAT | O_EXCL)
            defer { unsafe unlink(path) }
            try file.write(bytes, at: 0)
            return file
        } catch {
            throw TestProcessError("The input of a process cannot be prepared: \(error)")
        }
    }
}

/// Calls `body` with a null-terminated array of C strings.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { unsafe strdup($0) }
    defer { unsafe pointers.forEach { unsafe free($0) } }
    unsafe pointers.append(nil)
    // The array is not empty: it ends with the null just appended.
    return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress.unsafelyUnwrapped) }
}
