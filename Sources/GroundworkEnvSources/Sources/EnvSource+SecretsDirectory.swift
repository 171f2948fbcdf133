import Glibc
import GroundworkBase

extension EnvSource {
    /// A directory with one file per value: Docker's `/run/secrets`, a mounted Kubernetes secret, systemd's credentials.
    ///
    /// `JWT_SECRET` is looked for as `JWT_SECRET`, `jwt_secret` and `jwt-secret`. One line end at the end of a file is
    /// left out. Symbolic links are followed as long as they stay inside the directory, as Kubernetes's do (through
    /// `..data`); what leads out of it, is no regular file, or is larger than 1 MiB is a problem. Files whose name
    /// begins with a dot are not looked at.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - required: whether it is a problem if the directory does not exist; else it counts as empty then.
    public static func secretsDirectory(_ path: String = "/run/secrets", required: Bool = false) -> EnvSource {
        EnvSource(namesMode: false) { _ in [OpenSource.secretsDirectory(path, required: required)] }
    }
}

extension OpenSource {
    static func secretsDirectory(_ path: String, required: Bool) -> OpenSource {
        let origin = EnvOrigin(.secretsDirectory, path: path)
        do throws(SystemCallError) {
            let directory = try SecretsDirectory(path)
            return OpenSource(origin: origin, names: directory.variableNames) { directory.find($0, origin: origin) }
        } catch {
            var source = OpenSource(origin: origin) { _ in nil }
            if required || error.number != ENOENT {
                source.problems.append(
                    EnvProblem(
                        .source,
                        [],
                        origin: origin,
                        message: "the secrets directory cannot be read: \(error.reason)",
                        remedy: "mount it where the service expects it and let its user read it"
                    )
                )
            }
            return source
        }
    }
}

/// The files of a secrets directory, listed once.
private struct SecretsDirectory: Sendable {
    /// The path without links.
    private let root: String
    private let files: Set<String>

    init(_ path: String) throws(SystemCallError) {
        root = try Self.resolved(path)
        guard let stream = unsafe opendir(root) else { throw .last("opendir", path: path) }
        defer { unsafe closedir(stream) }
        var files: Set<String> = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { files.insert(name) }
            if files.count > 10_000 { throw SystemCallError(number: E2BIG, call: "readdir", path: path) }
        }
        self.files = files
    }

    /// The files that are named like variables.
    var variableNames: [String] { files.filter { $0.utf8.allSatisfy { !(0x61...0x7A).contains($0) } } }

    func find(_ name: String, origin: EnvOrigin) -> OpenSource.Finding? {
        let small = name.lowercasedASCII()
        let hyphens = String(decoding: small.utf8.map { $0 == 0x5F ? 0x2D : $0 }, as: UTF8.self)
        // The list, not the name, decides what is opened: a name with a slash is in no directory.
        guard let file = [name, small, hyphens].first(where: files.contains) else { return nil }
        var place = origin
        if file != name { place.name = file }
        do throws(SystemCallError) {
            let target = try Self.resolved("\(root)/\(file)")
            guard target.hasPrefix(root == "/" ? root : root + "/") else {
                return .unreadable("stands in a file that is a link out of the directory", place)
            }
            return SecretFile.read(target, saying: "stands in", origin: place)
        } catch {
            return .unreadable("stands in a file that cannot be read: \(error.reason)", place)
        }
    }

    private static func resolved(_ path: String) throws(SystemCallError) -> String {
        guard !path.utf8.contains(0) else { throw SystemCallError(number: EINVAL, call: "realpath") }
        guard let buffer = unsafe realpath(path, nil) else { throw .last("realpath", path: path) }
        defer { unsafe free(buffer) }
        return unsafe String(cString: buffer)
    }
}
