package import Glibc

/// An open file that closes itself. All reads and writes name their offset, so it can be shared.
package final class OpenFile: Sendable {
    package let descriptor: Int32
    package let path: String

    /// Opens a file.
    /// - Parameters:
    ///   - flags: the flags of `open(2)`; `O_CLOEXEC` is always added.
    ///   - mode: the mode of a file that is created.
    package init(_ path: String, flags: Int32 = O_RDONLY, mode: mode_t = 0o600) throws(SystemCallError) {
        guard !path.utf8.contains(0) else { throw SystemCallError(number: EINVAL, call: "open", path: path) }
        var descriptor: Int32
        repeat {
            descriptor = unsafe open(path, flags | O_CLOEXEC, mode)
        } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw .last("open", path: path) }
        self.descriptor = descriptor
        self.path = path
    }

    /// Takes over an open descriptor and closes it in the end.
    package init(adopting descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// The length in bytes.
    package func length() throws(SystemCallError) -> Int64 {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .last("fstat", path: path) }
        return Int64(status.st_size)
    }

    /// Whether it is a regular file, and no directory, pipe or device.
    package func isRegular() throws(SystemCallError) -> Bool {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .last("fstat", path: path) }
        return status.st_mode & S_IFMT == S_IFREG
    }

    /// Reads at most `buffer.count` bytes at `offset`; 0 means end of file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemCallError) -> Int {
        while true {
            let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            if errno != EINTR { throw .last("read", path: path) }
        }
    }

    /// Reads at most `count` bytes at `offset`; fewer only at the end of the file.
    package func read(_ count: Int, at offset: Int64) throws -> [UInt8] {
        try unsafe [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, initialized in
            while initialized < buffer.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...]
                )
                let got = unsafe try read(into: rest, at: offset + Int64(initialized))
                if got == 0 { break }
                initialized += got
            }
        }
    }

    /// Writes all bytes at `offset`.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            let start = unsafe bytes.baseAddress?.advanced(by: done)
            let count = unsafe pwrite(descriptor, start, bytes.count - done, off_t(offset) + off_t(done))
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw .last("write", path: path)
            }
        }
    }

    /// Writes all bytes at `offset`.
    package func write(_ bytes: [UInt8], at offset: Int64) throws(SystemCallError) {
        var failure: SystemCallError?
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(SystemCallError) { unsafe try write(buffer, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Waits until the file's bytes are on the disk.
    package func synchronize() throws(SystemCallError) {
        while fsync(descriptor) != 0 {
            if errno != EINTR { throw .last("fsync", path: path) }
        }
    }
}

extension OpenFile {
    /// Flags to write a file that may be new; an existing one keeps its contents.
    package static var writeCreate: Int32 { O_RDWR | O_CREAT }
}
