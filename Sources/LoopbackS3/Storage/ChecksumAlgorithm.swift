import CGroundworkChecksum
import GroundworkCore
import GroundworkCrypto

/// The checksums of S3 (User Guide, "Checking object integrity"). The value is kept in its byte form, big-endian.
enum ChecksumAlgorithm: String, Sendable, CaseIterable {
    case crc32 = "CRC32", crc32c = "CRC32C", crc64nvme = "CRC64NVME", sha1 = "SHA1", sha256 = "SHA256"

    /// `x-amz-checksum-crc32`.
    var headerName: String { "x-amz-checksum-\(rawValue.lowercasedASCII())" }
    /// `ChecksumCRC32`.
    var elementName: String { "Checksum\(rawValue)" }

    var byteCount: Int {
        switch self {
        case .crc32, .crc32c: 4
        case .crc64nvme: 8
        case .sha1: 20
        case .sha256: 32
        }
    }

    init?(headerName: some StringProtocol) {
        guard let match = Self.allCases.first(where: { $0.headerName == headerName }) else { return nil }
        self = match
    }
}

/// One running checksum.
struct RunningChecksum {
    private enum State {
        case crc32(UInt32), crc32c(UInt32), crc64(CRC64NVME), digest(Digest)
    }

    private var state: State

    init(_ algorithm: ChecksumAlgorithm) throws {
        state =
            switch algorithm {
            case .crc32: .crc32(0)
            case .crc32c: .crc32c(0)
            case .crc64nvme: .crc64(CRC64NVME())
            case .sha1: .digest(try Digest(.sha1))
            case .sha256: .digest(try Digest(.sha256))
            }
    }

    mutating func update(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { buffer in
            switch state {
            case .crc32(let value): state = .crc32(unsafe gw_crc32(value, buffer.baseAddress, buffer.count))
            case .crc32c(let value): state = .crc32c(unsafe gw_crc32c(value, buffer.baseAddress, buffer.count))
            case .crc64(var value):
                unsafe value.update(buffer)
                state = .crc64(value)
            case .digest(let digest): unsafe digest.update(buffer)
            }
        }
    }

    mutating func finish() throws -> [UInt8] {
        switch state {
        case .crc32(let value), .crc32c(let value): bigEndian(UInt64(value), 4)
        case .crc64(let value): bigEndian(value.value, 8)
        case .digest(let digest): try digest.finalize()
        }
    }

    private func bigEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
}

/// CRC-64/NVME (NVM Express base specification, section 5.2.1.3.4), by a table.
struct CRC64NVME: Sendable {
    private static let table: [UInt64] = (0..<256).map { index in
        var value = UInt64(index)
        for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x9A6C_9329_AC4B_C9B5 : value >> 1 }
        return value
    }

    private var state = UInt64.max

    var value: UInt64 { ~state }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let table = Self.table
        // By index: swift-format joins the words of `for unsafe byte`.
        for index in bytes.indices {
            state = table[Int(truncatingIfNeeded: (state ^ UInt64(unsafe bytes[index])) & 0xFF)] ^ state >> 8
        }
    }
}
