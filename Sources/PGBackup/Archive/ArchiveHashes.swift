import CGroundworkChecksum
import GroundworkCrypto

/// Two SHA-256 that run over nearly the same bytes: that of a whole archive, and that of the rows of the table at hand.
///
/// Where the processor has instructions for SHA, one hash alone waits for its own results most of the time. So each
/// piece of rows takes as much of the archive along with it, and both together take as long as one.
///
/// The archive comes in chunks; what the rows did not take along is hashed when the chunk ends.
@safe final class ArchiveHashes {
    private let archive: Digest
    private let rows: Digest
    /// What of the present chunk is not hashed yet; empty outside of ``withChunk(_:_:)``.
    private var waiting = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    #if arch(x86_64)
    private let usesLanes: Bool
    private var archiveLane = gw_sha256_lane_start()
    private var rowsLane = gw_sha256_lane_start()
    #endif

    /// - Parameter allowsLanes: false hashes one after the other, by OpenSSL.
    init(allowsLanes: Bool = true) throws(CryptoError) {
        archive = try Digest(.sha256)
        rows = try Digest(.sha256)
        #if arch(x86_64)
        usesLanes = allowsLanes && gw_sha256_lanes_are_supported() != 0
        #endif
    }

    /// Takes the archive's next bytes. `body` hands on the rows that are in them.
    func withChunk(_ bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe waiting = UnsafeRawBufferPointer(buffer)
            unsafe body(buffer)
            takeWaiting()
        }
    }

    private func takeWaiting() {
        let bytes = unsafe waiting
        unsafe waiting = UnsafeRawBufferPointer(start: nil, count: 0)
        #if arch(x86_64)
        if usesLanes {
            unsafe gw_sha256_lane_update(&archiveLane, bytes.baseAddress, bytes.count)
            return
        }
        #endif
        unsafe archive.update(bytes)
    }

    /// Takes the table's next rows.
    func update(rows bytes: UnsafeRawBufferPointer) {
        #if arch(x86_64)
        if usesLanes {
            let count = unsafe min(bytes.count, waiting.count)
            let along = unsafe waiting.prefix(count)
            unsafe waiting = UnsafeRawBufferPointer(rebasing: waiting.dropFirst(count))
            unsafe gw_sha256_lanes_update(
                &rowsLane,
                bytes.baseAddress,
                bytes.count,
                &archiveLane,
                UnsafeRawBufferPointer(rebasing: along).baseAddress,
                count
            )
            return
        }
        #endif
        unsafe rows.update(bytes)
    }

    /// Ends the table; the next one's rows follow.
    func finishRows() throws(CryptoError) -> [UInt8] {
        #if arch(x86_64)
        if usesLanes {
            defer { rowsLane = gw_sha256_lane_start() }
            return Self.finish(&rowsLane)
        }
        #endif
        return try rows.finalize()
    }

    /// Ends the archive.
    func finishArchive() throws(CryptoError) -> [UInt8] {
        #if arch(x86_64)
        if usesLanes {
            defer { archiveLane = gw_sha256_lane_start() }
            return Self.finish(&archiveLane)
        }
        #endif
        return try archive.finalize()
    }

    #if arch(x86_64)
    private static func finish(_ lane: inout gw_sha256_lane) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: 32)
        unsafe gw_sha256_lane_finish(&lane, &hash)
        return hash
    }
    #endif
}
