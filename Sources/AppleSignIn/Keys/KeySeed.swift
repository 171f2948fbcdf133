import FoundationEssentials
import Glibc
import GroundworkCore

/// The last good keys in a file: a line with the time, then the body as Apple sent it.
struct KeySeed {
    let confirmedAt: Date
    let body: [UInt8]

    init(confirmedAt: Date, body: [UInt8]) {
        self.confirmedAt = confirmedAt
        self.body = body
    }

    /// Reads a file; nil when there is none or it holds something else.
    init?(contentsOfFile path: String) {
        guard let file = try? OpenFile(path), let bytes = try? file.read(KeyRequest.maximumBytes + 64, at: 0),
            let end = bytes.prefix(32).firstIndex(of: 0x0A),
            let seconds = Int64(String(decoding: bytes[..<end], as: UTF8.self)), seconds > 0
        else { return nil }
        confirmedAt = Date(timeIntervalSince1970: Double(seconds))
        body = Array(bytes[(end + 1)...])
    }

    var keys: JWKSet? { try? JWKSet(parsing: body) }

    /// Writes a file that is whole or not there, readable by its owner only.
    func write(toFile path: String) throws {
        let temporary = "\(path).\(Hex.encode(SystemRandom().bytes(8))).part"
        let line = Array("\(Int64(confirmedAt.timeIntervalSince1970))\n".utf8)
        do {
            let file = try OpenFile(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try file.write(line + body, at: 0)
            try file.synchronize()
            guard unsafe rename(temporary, path) == 0 else { throw SystemCallError.last("rename", path: path) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
    }
}
