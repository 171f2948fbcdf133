import FoundationEssentials
import Glibc
import GroundworkCore

/// Walks a tree in the order of its keys' UTF-8 bytes. It holds the names of the folders on its way only, not of the
/// whole tree.
struct DirectoryWalker {
    private struct Frame {
        let folder: DirectoryHandle
        let prefix: [UInt8]
        var entries: ArraySlice<DirectoryHandle.Entry>
    }

    private let prefix: [UInt8]
    private let delimiter: [UInt8]
    private let startAfter: [UInt8]
    private let pageSize: Int
    private var stack: [Frame]
    /// The common prefix that was given last: everything below it is passed over.
    private var rolledUp: [UInt8]?

    init(root: DirectoryHandle, options: ObjectListOptions) throws(SystemCallError) {
        prefix = Array(options.prefix.utf8)
        delimiter = Array((options.delimiter ?? "").utf8)
        startAfter = Array((options.startAfter ?? "").utf8)
        pageSize = min(max(options.pageSize, 1), 1000)
        let own = Array("\(DirectoryKey.reserved)/".utf8)
        stack = [Frame(folder: root, prefix: [], entries: try root.entries().filter { $0.name != own }[...])]
    }

    /// The next page; nil at the end.
    mutating func page() throws(SystemCallError) -> ObjectListPage? {
        var page = ObjectListPage(objects: [], commonPrefixes: [])
        while page.objects.count + page.commonPrefixes.count < pageSize, let found = try next() {
            if let common = commonPrefix(of: found.key) {
                page.commonPrefixes.append(String(decoding: common, as: UTF8.self))
                rolledUp = common
            } else {
                page.objects.append(
                    DirectoryObjectStore.info(String(decoding: found.key, as: UTF8.self), found.status)
                )
            }
        }
        return page.objects.isEmpty && page.commonPrefixes.isEmpty ? nil : page
    }

    private func commonPrefix(of key: [UInt8]) -> [UInt8]? {
        guard !delimiter.isEmpty, key.count >= prefix.count + delimiter.count else { return nil }
        for start in prefix.count...(key.count - delimiter.count)
        where key[start..<start + delimiter.count].elementsEqual(delimiter) {
            return Array(key[..<(start + delimiter.count)])
        }
        return nil
    }

    private mutating func next() throws(SystemCallError) -> (key: [UInt8], status: stat)? {
        while let top = stack.indices.last {
            guard let entry = stack[top].entries.popFirst() else {
                stack.removeLast()
                continue
            }
            let key = stack[top].prefix + entry.name
            if let rolledUp, key.starts(with: rolledUp) { continue }
            if entry.isDirectory {
                if mayHold(key) { try descend(into: key, name: entry.name.dropLast(), of: stack[top].folder) }
            } else if key.starts(with: prefix), startAfter.lexicographicallyPrecedes(key),
                DirectoryKey.brokenRule(String(decoding: key, as: UTF8.self)) == nil,
                let status = try stack[top].folder.status(String(decoding: entry.name, as: UTF8.self)),
                status.isRegularFile
            {
                return (key, status)
            }
        }
        return nil
    }

    /// Whether a folder, given with its slash, can hold a key that is asked for.
    private func mayHold(_ folder: [UInt8]) -> Bool {
        guard folder.starts(with: prefix) || prefix.starts(with: folder) else { return false }
        return startAfter.lexicographicallyPrecedes(folder) || startAfter.starts(with: folder)
    }

    private mutating func descend(into key: [UInt8], name: ArraySlice<UInt8>, of folder: DirectoryHandle)
        throws(SystemCallError)
    {
        do throws(SystemCallError) {
            let child = try folder.child(String(decoding: name, as: UTF8.self))
            stack.append(Frame(folder: child, prefix: key, entries: try child.entries()[...]))
        } catch {
            // It went, or somebody put a link in its place, since its name was read.
            guard [ENOENT, ENOTDIR, ELOOP].contains(error.number) else { throw error }
        }
    }
}
