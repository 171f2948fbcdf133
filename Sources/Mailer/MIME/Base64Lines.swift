/// Base64 in lines of 76 characters (RFC 2045, section 6.8), written two characters at a time.
enum Base64Lines {
    /// The bytes of one full line.
    static let lineInput = 57
    /// A full line with its end, as written.
    static let lineOutput = 78

    /// The length of what is written for so many bytes, line ends included.
    static func encodedLength(_ count: Int) -> Int {
        // Nothing is that long; a length that somebody declared may be.
        let count = min(max(0, count), 1 << 50)
        let rest = count % lineInput
        return count / lineInput * lineOutput + (rest == 0 ? 0 : (rest + 2) / 3 * 4 + 2)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The two characters for each number of 12 bits, the first one in the low byte.
    private static let pairs: [UInt16] = (0..<4096).map {
        UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8
    }

    /// All in one line, padded and without an end.
    static func unbroken(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index + 2 < bytes.count {
            let number = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            let (first, second) = (pairs[number >> 12], pairs[number & 0xFFF])
            result.append(UInt8(truncatingIfNeeded: first))
            result.append(UInt8(truncatingIfNeeded: first >> 8))
            result.append(UInt8(truncatingIfNeeded: second))
            result.append(UInt8(truncatingIfNeeded: second >> 8))
            index += 3
        }
        guard index < bytes.count else { return result }
        let second = index + 1 < bytes.count ? Int(bytes[index + 1]) : 0
        let number = Int(bytes[index]) << 16 | second << 8
        result.append(alphabet[number >> 18])
        result.append(alphabet[number >> 12 & 63])
        result.append(index + 1 < bytes.count ? alphabet[number >> 6 & 63] : 0x3D)
        result.append(0x3D)
        return result
    }

    /// Appends the lines of `bytes` to `output`; the last line ends too, and is padded if it must be.
    static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        let length = encodedLength(bytes.count)
        guard length > 0 else { return }
        let lines = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = unsafe write(bytes, to: UnsafeMutableRawBufferPointer(buffer))
        }
        if output.isEmpty { output = lines } else { output += lines }
    }

    /// Writes all lines and returns their length. The target has room for ``encodedLength(_:)`` bytes.
    static func write(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int {
        guard var source = bytes.baseAddress, var place = target.baseAddress,
            target.count >= encodedLength(bytes.count)
        else { return 0 }
        let start = unsafe place
        unsafe pairs.withUnsafeBufferPointer { pairs in
            guard let pairs = pairs.baseAddress else { return }
            for _ in 0..<bytes.count / lineInput {
                unsafe writeLine(source, place, pairs)
                unsafe source += lineInput
                unsafe place += lineOutput
            }
            unsafe place += writeRest(source, bytes.count % lineInput, place, pairs)
        }
        return unsafe place - start
    }

    /// 57 bytes: nine times six, and three. The ninth word reads up to byte 56, the group of three byte by byte.
    @inline(__always)
    private static func writeLine(
        _ source: UnsafeRawPointer,
        _ place: UnsafeMutableRawPointer,
        _ pairs: UnsafePointer<UInt16>
    ) {
        for group in 0..<9 {
            let word = unsafe source.loadUnaligned(fromByteOffset: group * 6, as: UInt64.self).bigEndian
            let first = unsafe UInt64(pairs[Int(word >> 52)])
            let second = unsafe UInt64(pairs[Int(word >> 40 & 0xFFF)])
            let third = unsafe UInt64(pairs[Int(word >> 28 & 0xFFF)])
            let fourth = unsafe UInt64(pairs[Int(word >> 16 & 0xFFF)])
            let characters = first | second << 16 | third << 32 | fourth << 48
            unsafe place.storeBytes(of: characters.littleEndian, toByteOffset: group * 8, as: UInt64.self)
        }
        unsafe writeGroup(source + 54, place + 72, pairs)
        unsafe place.storeBytes(of: 0x0D, toByteOffset: 76, as: UInt8.self)
        unsafe place.storeBytes(of: 0x0A, toByteOffset: 77, as: UInt8.self)
    }

    @inline(__always)
    private static func writeGroup(
        _ source: UnsafeRawPointer,
        _ place: UnsafeMutableRawPointer,
        _ pairs: UnsafePointer<UInt16>
    ) {
        let number =
            unsafe Int(source.load(as: UInt8.self)) << 16
            | Int(source.load(fromByteOffset: 1, as: UInt8.self)) << 8
            | Int(source.load(fromByteOffset: 2, as: UInt8.self))
        let characters = unsafe UInt32(pairs[number >> 12]) | UInt32(pairs[number & 0xFFF]) << 16
        unsafe place.storeBytes(of: characters.littleEndian, as: UInt32.self)
    }

    private static func writeRest(
        _ source: UnsafeRawPointer,
        _ count: Int,
        _ place: UnsafeMutableRawPointer,
        _ pairs: UnsafePointer<UInt16>
    ) -> Int {
        guard count > 0 else { return 0 }
        var written = 0
        for group in 0..<count / 3 {
            unsafe writeGroup(source + group * 3, place + written, pairs)
            written += 4
        }
        if count % 3 > 0 {
            let first = unsafe source.load(fromByteOffset: count - count % 3, as: UInt8.self)
            let second = unsafe count % 3 == 2 ? source.load(fromByteOffset: count - 1, as: UInt8.self) : 0
            let number = Int(first) << 16 | Int(second) << 8
            let tail: [UInt8] = [
                alphabet[number >> 18], alphabet[number >> 12 & 63],
                count % 3 == 2 ? alphabet[number >> 6 & 63] : 0x3D, 0x3D,
            ]
            for byte in tail {
                unsafe place.storeBytes(of: byte, toByteOffset: written, as: UInt8.self)
                written += 1
            }
        }
        unsafe place.storeBytes(of: 0x0D, toByteOffset: written, as: UInt8.self)
        unsafe place.storeBytes(of: 0x0A, toByteOffset: written + 1, as: UInt8.self)
        return written + 2
    }
}
