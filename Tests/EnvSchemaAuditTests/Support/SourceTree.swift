import Glibc

/// Files of the source tree, found through symbolic links as well.
enum SourceTree {
    /// The folder of the package.
    static func root(_ file: String = #filePath) -> String {
        guard let resolved = realpath(file, nil) else { return "." }
        defer { free(resolved) }
        let parts = String(cString: resolved).split(separator: "/")
        return "/" + parts.prefix { $0 != "Tests" }.joined(separator: "/")
    }
}
