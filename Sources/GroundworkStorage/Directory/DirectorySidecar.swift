import FoundationEssentials
import Glibc
import GroundworkCore

/// What a file cannot tell about an object: its content type and metadata. Kept in `.groundwork/metadata`, because
/// extended attributes get lost in `cp -r`, archives and on some file systems.
///
/// A file and its sidecar cannot be replaced in one step. So the sidecar is written first and tells about the old file
/// and the new one; each record names the length and time of the file that it belongs to, and after a crash between
/// the steps either file still finds its own.
struct DirectorySidecar: Codable {
    struct Record: Codable {
        var size: Int64
        /// In nanoseconds since 1970.
        var modified: Int64
        var contentType: String?
        var metadata: [String: String]

        var isWorthKeeping: Bool { contentType != nil || !metadata.isEmpty }
    }

    var key: String
    var records: [Record]

    /// The record that belongs to a file. A copy of the whole tree has new times: a lone record of the right length
    /// is taken for it.
    func record(size: Int64, modified: Int64) -> Record? {
        if let exact = records.last(where: { $0.size == size && $0.modified == modified }) { return exact }
        return records.count == 1 ? records.first { $0.size == size } : nil
    }

    /// The folder and file name of a key's sidecar: FNV-1a of 128 bits. The key itself stands in the file.
    static func name(of key: String) -> (folder: String, file: String) {
        let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013B
        var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        for byte in key.utf8 { hash = (hash ^ UInt128(byte)) &* prime }
        let bytes = (0..<16).reversed().map { UInt8(truncatingIfNeeded: hash >> (UInt128($0) * 8)) }
        return (Hex.encode(bytes[..<1]), "\(Hex.encode(bytes[1...])).json")
    }

    /// Reads a key's sidecar; nil when there is none or it cannot be understood.
    static func read(_ key: String, root: DirectoryHandle) throws(SystemCallError) -> DirectorySidecar? {
        let name = name(of: key)
        let bytes: [UInt8]
        do {
            let folder = try root.child(DirectoryKey.reserved).child("metadata").child(name.folder)
            bytes = try folder.openFile(name.file, flags: O_RDONLY).read(1 << 20, at: 0)
        } catch let error as SystemCallError {
            if error.number == ENOENT || error.number == ENOTDIR { return nil }
            throw error
        } catch {
            return nil
        }
        let sidecar = try? JSONDecoder().decode(DirectorySidecar.self, from: Data(bytes))
        // Strings that look alike are equal in Swift; keys are compared byte by byte.
        return sidecar.flatMap { $0.key.utf8.elementsEqual(key.utf8) ? $0 : nil }
    }

    /// Writes the sidecar, or removes it when nothing in it is worth keeping.
    func write(root: DirectoryHandle, synchronizes: Bool) throws {
        let name = Self.name(of: key)
        guard records.contains(where: \.isWorthKeeping) else {
            guard let own = try? root.child(DirectoryKey.reserved).child("metadata").child(name.folder) else { return }
            try own.unlink(name.file)
            return
        }
        let own = try root.makeChild(DirectoryKey.reserved, synchronizes: synchronizes)
        let folder = try own.makeChild("metadata", synchronizes: synchronizes)
            .makeChild(name.folder, synchronizes: synchronizes)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes = [UInt8](try encoder.encode(self))
        let temporary = "\(name.file).new"
        try folder.unlink(temporary)
        do {
            let file = try folder.openFile(temporary, flags: O_RDWR | O_CREAT | O_EXCL)
            try file.write(bytes, at: 0)
            if synchronizes { try file.synchronize() }
            try folder.rename(temporary, to: folder, name.file)
        } catch {
            try? folder.unlink(temporary)
            throw error
        }
        if synchronizes { try folder.synchronize() }
    }
}
