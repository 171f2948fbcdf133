import Glibc

extension EnvSource {
    /// The environment of this process, read when the schema is loaded.
    ///
    /// Do not change it (`setenv`) from another thread meanwhile: the C library does not lock it.
    public static let process = EnvSource(namesMode: true) { _ in [OpenSource.process(ProcessEntries.read())] }
}

extension OpenSource {
    /// A source made of the entries of an environment block.
    static func process(_ entries: ProcessEntries) -> OpenSource {
        var source = OpenSource(origin: .process, names: Array(entries.values.keys)) { entries.values[$0] }
        source.remarks = entries.duplicates.map { .duplicate($0, .process) }
        return source
    }
}

/// The entries of an environment block.
struct ProcessEntries: Sendable {
    private(set) var values: [String: OpenSource.Finding] = [:]
    private(set) var duplicates: [String] = []

    /// The environment of this process.
    static func read() -> ProcessEntries {
        var entries = ProcessEntries()
        guard var next = unsafe Self.block else { return entries }
        while let entry = unsafe next.pointee {
            unsafe entries.add(UnsafeRawBufferPointer(start: entry, count: strlen(entry)))
            unsafe next += 1
        }
        return entries
    }

    /// The C library's `environ`; nil after `clearenv`. Asked for by name: the imported variable traps when it is null.
    private static var block: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        guard let symbol = unsafe dlsym(nil, "environ") else { return nil }
        return unsafe symbol.assumingMemoryBound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?.self).pointee
    }

    /// Adds one `NAME=value`. As `getenv` does, the first of two entries of one name wins; an entry without `=` or with
    /// an unreadable name is nobody's variable and left out.
    mutating func add(_ entry: UnsafeRawBufferPointer) {
        guard let equals = unsafe entry.firstIndex(of: 0x3D), equals > 0,
            let name = unsafe String(validating: entry[..<equals], as: UTF8.self)
        else { return }
        guard values[name] == nil else {
            duplicates.append(name)
            return
        }
        if let text = unsafe String(validating: entry[(equals + 1)...], as: UTF8.self) {
            values[name] = .text(text, .process)
        } else {
            values[name] = .unreadable("is not valid UTF-8", .process)
        }
    }
}
