import Glibc

/// Standard output that cannot take more.
struct WriteFailure: Error, CustomStringConvertible {
    let number: Int32
    var description: String { "Standard output cannot be written (errno \(number))." }
}

/// The reader of standard output has closed its end.
struct ReaderGone: Error {}

/// Writes all bytes to standard output.
func writeToStandardOutput(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
        let count = bytes.withUnsafeBytes { buffer in
            write(STDOUT_FILENO, buffer.baseAddress?.advanced(by: done), buffer.count - done)
        }
        if count > 0 {
            done += count
        } else if errno == EPIPE {
            throw ReaderGone()
        } else if errno != EINTR {
            throw WriteFailure(number: errno)
        }
    }
}
