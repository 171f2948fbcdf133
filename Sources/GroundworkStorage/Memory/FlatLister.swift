/// Cuts a set of objects into the pages of a listing.
struct FlatLister {
    private let prefix: [UInt8]
    private let delimiter: [UInt8]
    private let pageSize: Int
    /// Everything up to here was given, or is not wanted.
    private var last: [UInt8]
    private var rolledUp: [UInt8]?

    init(_ options: ObjectListOptions) {
        prefix = Array(options.prefix.utf8)
        delimiter = Array((options.delimiter ?? "").utf8)
        last = Array((options.startAfter ?? "").utf8)
        pageSize = min(max(options.pageSize, 1), 1000)
    }

    /// The next page; nil at the end.
    mutating func page(of objects: [ObjectInfo]) -> ObjectListPage? {
        var page = ObjectListPage(objects: [], commonPrefixes: [])
        let candidates = objects.map { (key: Array($0.key.utf8), info: $0) }
            .filter { $0.key.starts(with: prefix) && last.lexicographicallyPrecedes($0.key) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for candidate in candidates {
            if let rolledUp, candidate.key.starts(with: rolledUp) { continue }
            guard page.objects.count + page.commonPrefixes.count < pageSize else { break }
            last = candidate.key
            if let end = endOfDelimiter(in: candidate.key) {
                let common = Array(candidate.key[..<end])
                page.commonPrefixes.append(String(decoding: common, as: UTF8.self))
                rolledUp = common
            } else {
                var info = candidate.info
                info.contentType = nil
                info.metadata = [:]
                page.objects.append(info)
            }
        }
        return page.objects.isEmpty && page.commonPrefixes.isEmpty ? nil : page
    }

    private func endOfDelimiter(in key: [UInt8]) -> Int? {
        guard !delimiter.isEmpty, key.count >= prefix.count + delimiter.count else { return nil }
        for start in prefix.count...(key.count - delimiter.count)
        where key[start..<start + delimiter.count].elementsEqual(delimiter) {
            return start + delimiter.count
        }
        return nil
    }
}
