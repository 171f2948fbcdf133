package import GroundworkCrypto

/// The hash of a body, taken as the body goes by (RFC 6376, sections 3.4.3, 3.4.4 and 3.7). Memory does not grow.
package struct DKIMBodyHasher {
    private let canonicalization: DKIMCanonicalization
    private let digest: Digest
    private var buffer: [UInt8] = []
    /// Line ends that count only if something follows.
    private var pendingLineEnds = 0
    private var pendingSpace = false
    private var sawReturn = false
    private var isEmpty = true

    private static let flushSize = 32 << 10

    /// Starts a hash.
    /// - Throws: ``CryptoError`` when the library fails.
    package init(_ canonicalization: DKIMCanonicalization) throws(CryptoError) {
        self.canonicalization = canonicalization
        digest = try Digest(.sha256)
        buffer.reserveCapacity(Self.flushSize + 1024)
    }

    /// Takes the next bytes; they may end anywhere.
    package mutating func update(_ chunk: [UInt8]) {
        take(chunk.span)
    }

    /// The digest of the whole body.
    package mutating func finalize() throws(CryptoError) -> [UInt8] {
        if sawReturn { literal(0x0D) }
        if !isEmpty || canonicalization == .simple {
            buffer.append(0x0D)
            buffer.append(0x0A)
        }
        digest.update(buffer)
        return try digest.finalize()
    }

    private mutating func take(_ bytes: Span<UInt8>) {
        let isRelaxed = canonicalization == .relaxed
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if sawReturn {
                sawReturn = false
                if byte == 0x0A {
                    pendingLineEnds += 1
                    pendingSpace = false
                    index += 1
                    continue
                }
                literal(0x0D)
            }
            switch byte {
            case 0x0D:
                sawReturn = true
                index += 1
            case 0x20, 0x09:
                if isRelaxed { pendingSpace = true } else { literal(byte) }
                index += 1
            default:
                // To the end of the line at one go, as long as nothing but single spaces stands between words.
                var end = index + 1
                while end < bytes.count {
                    if bytes[end] > 0x20 {
                        end += 1
                    } else if bytes[end] == 0x20, end + 1 < bytes.count, bytes[end + 1] > 0x20 {
                        end += 2
                    } else {
                        break
                    }
                }
                flushPending()
                buffer.append(bytes.extracting(index..<end))
                index = end
                if buffer.count >= Self.flushSize { flushBuffer() }
            }
        }
    }

    private mutating func literal(_ byte: UInt8) {
        flushPending()
        buffer.append(byte)
    }

    private mutating func flushPending() {
        isEmpty = false
        while pendingLineEnds > 0 {
            buffer.append(0x0D)
            buffer.append(0x0A)
            pendingLineEnds -= 1
            if buffer.count >= Self.flushSize { flushBuffer() }
        }
        if pendingSpace {
            buffer.append(0x20)
            pendingSpace = false
        }
    }

    private mutating func flushBuffer() {
        digest.update(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
