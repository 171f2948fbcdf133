#if canImport(Glibc)
import Glibc
#endif

/// Makes a message's content fit for `DATA` (RFC 5321, section 4.5.2): a dot that begins a line is doubled, and the end
/// is marked. It takes the content in chunks, however they are cut.
///
/// A bare carriage return or line feed is an error: some servers take `LF . LF` for the end and what follows for
/// commands (SMTP smuggling), so none may leave.
package struct DotStuffer: Sendable {
    private enum Place: Sendable {
        case lineStart, inside, afterReturn
    }

    private var place = Place.lineStart

    package init() {}

    /// Appends a chunk of the content to `output`.
    package mutating func append(_ chunk: [UInt8], to output: inout [UInt8]) throws(DotStuffingError) {
        output.reserveCapacity(output.count + chunk.count + 64)
        var start = 0
        var index = 0
        while index < chunk.count {
            switch place {
            case .afterReturn:
                guard chunk[index] == 0x0A else { throw DotStuffingError() }
                index += 1
                place = .lineStart
            case .lineStart:
                if chunk[index] == 0x2E {
                    output.append(contentsOf: chunk[start..<index])
                    output.append(0x2E)
                    start = index
                    index += 1
                }
                place = .inside
            case .inside:
                // To the end of the line at one go; the line must not have another carriage return.
                let end = Self.find(0x0A, in: chunk, from: index) ?? chunk.count
                if let carriageReturn = Self.find(0x0D, in: chunk, from: index), carriageReturn < end {
                    index = carriageReturn + 1
                    place = .afterReturn
                } else if end < chunk.count {
                    throw DotStuffingError()
                } else {
                    index = end
                }
            }
        }
        output.append(contentsOf: chunk[start...])
    }

    /// Appends the end of the content, after a line end where the content has none.
    package mutating func finish(to output: inout [UInt8]) throws(DotStuffingError) {
        guard place != .afterReturn else { throw DotStuffingError() }
        if place == .inside { output.append(contentsOf: [0x0D, 0x0A]) }
        output.append(contentsOf: [0x2E, 0x0D, 0x0A])
        place = .lineStart
    }

    private static func find(_ byte: UInt8, in chunk: [UInt8], from start: Int) -> Int? {
        unsafe chunk.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, start < bytes.count,
                let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}

/// The content has a carriage return or a line feed that stands alone.
package struct DotStuffingError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String { "The message has a carriage return or a line feed that stands alone." }
}
