import ArgumentParser
import FoundationEssentials
import Glibc

/// Files of the command line.
enum Inputs {
    /// What a file holds; `-` is standard input.
    static func contents(of path: String, upTo limit: Int = 32 << 20) throws -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // Waits in short turns, so that an interruption ends it.
            try Task.checkCancellation()
            var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&input, 1, 200) > 0 else { continue }
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count > 0 {
                bytes += chunk[..<count]
            } else if errno != EINTR, errno != EAGAIN {
                throw unreadable(path)
            }
            guard bytes.count <= limit else {
                throw ValidationError("\(name(path)) has more than \(limit >> 20) MiB.")
            }
        }
    }

    /// What a text file holds.
    static func text(of path: String) throws -> String {
        let bytes = try contents(of: path, upTo: 4 << 20)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ValidationError("\(name(path)) is no UTF-8.")
        }
        return text
    }

    private static func name(_ path: String) -> String { path == "-" ? "Standard input" : "The file \(path)" }

    private static func unreadable(_ path: String) -> ValidationError {
        ValidationError("\(name(path)) cannot be read: \(String(cString: strerror(errno))).")
    }
}
