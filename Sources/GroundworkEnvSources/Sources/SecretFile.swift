import GroundworkBase
import GroundworkDotEnv

/// A file that holds one value.
package enum SecretFile {
    /// No value is longer.
    static let maximumLength = 1 << 20

    /// The contents without one line end at their end and without a byte order mark. The path is shown nowhere: it may
    /// be a secret that was put into the wrong variable.
    package static func read(
        _ path: String,
        saying words: String = "names",
        origin: EnvOrigin
    ) -> OpenSource.Finding {
        do throws(EnvFileError) {
            let bytes = try EnvFileReader.read(path: path, limit: maximumLength)
            return value(of: bytes, saying: words, origin: origin)
        } catch {
            return .unreadable("\(words) a file that cannot be read: \(error.reason)", origin)
        }
    }

    static func value(of bytes: [UInt8], saying words: String, origin: EnvOrigin) -> OpenSource.Finding {
        var contents = bytes[...]
        if contents.starts(with: [0xEF, 0xBB, 0xBF]) { contents = contents.dropFirst(3) }
        if contents.last == 0x0A {
            contents.removeLast()
            if contents.last == 0x0D { contents.removeLast() }
        }
        guard let text = String(validating: contents, as: UTF8.self) else {
            return .unreadable("\(words) a file that is not valid UTF-8", origin)
        }
        return .text(text, origin)
    }
}
