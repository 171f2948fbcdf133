public import GroundworkDotEnv
import GroundworkEnvModel

extension EnvSource {
    /// One `.env` file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - required: whether it is a problem if the file does not exist; else it counts as empty then.
    ///   - options: grammar, expansion and limits.
    public static func file(
        _ path: String,
        required: Bool = true,
        options: DotEnvOptions = DotEnvOptions()
    ) -> EnvSource {
        EnvSource(namesMode: false) { _ in
            OpenSource.file(path, required: required, options: options).map { [$0] } ?? []
        }
    }

    /// The `.env` files of a directory, as far as they exist: `.env.<mode>.local`, `.env.local`, `.env.<mode>` and
    /// `.env`, the first that has a value wins. Put it after ``process``, which should beat files.
    ///
    /// `.env.local` is not read in ``EnvMode/test``, so that tests see the same everywhere.
    ///
    /// - Parameters:
    ///   - directory: where the files are; default: the working directory.
    ///   - options: grammar, expansion and limits.
    public static func dotEnvFiles(
        in directory: String = ".",
        options: DotEnvOptions = DotEnvOptions()
    ) -> EnvSource {
        EnvSource(namesMode: false) { mode in
            let folder =
                directory == "." || directory.isEmpty ? "" : directory.hasSuffix("/") ? directory : directory + "/"
            var names = [".env"]
            // A mode that is no name, such as one with a slash, has no files.
            let hasFiles = EnvName.fault(in: "_" + mode.rawValue) == nil && !mode.rawValue.hasPrefix(".")
            if hasFiles { names.insert(".env.\(mode)", at: 0) }
            if mode != .test { names.insert(".env.local", at: 0) }
            if hasFiles { names.insert(".env.\(mode).local", at: 0) }
            return names.compactMap { OpenSource.file(folder + $0, required: false, options: options) }
        }
    }
}

extension OpenSource {
    /// Opens a `.env` file; nil when it does not exist and need not.
    static func file(_ path: String, required: Bool, options: DotEnvOptions) -> OpenSource? {
        let origin = EnvOrigin(.file, path: path)
        do throws(EnvFileError) {
            let contents = try EnvFileReader.contents(path: path, limit: options.limits.fileBytes)
            return parsed(contents.bytes, options: options, origin: origin, isExposed: contents.isReadableByEveryone)
        } catch {
            if error.code == .notFound, !required { return nil }
            var source = OpenSource(origin: origin) { _ in nil }
            source.problems = [
                EnvProblem(
                    .source,
                    [],
                    origin: origin,
                    message: "the file cannot be read: \(error.reason)",
                    remedy: error.remedy
                )
            ]
            return source
        }
    }

    /// The assignments that could be read, and a problem for each line that could not.
    private static func parsed(
        _ bytes: [UInt8],
        options: DotEnvOptions,
        origin: EnvOrigin,
        isExposed: Bool
    ) -> OpenSource {
        let (file, errors) = DotEnvFile.recovering(parsing: bytes, options: options)
        let names = Array(Set(file.entries.map(\.name)))
        var source = OpenSource(origin: origin, names: names) { name in
            guard let entry = file[name], let value = entry.value else { return nil }
            return .text(value, origin.at(entry.line, entry.column))
        }
        source.isExposed = isExposed
        source.problems = errors.map { error in
            EnvProblem(
                .source,
                [],
                origin: origin.at(error.line, error.column),
                message: "a line cannot be read: \(error.reason)",
                remedy: error.remedy
            )
        }
        let lines = Dictionary(file.entries.map { ($0.line, $0.name) }) { _, last in last }
        source.remarks = file.warnings.map { warning in
            let name = lines[warning.line]
            return Remark(
                name: name,
                problem: EnvProblem(
                    warning.code == .duplicate ? .duplicate : .fragileValue,
                    name.map { [$0] } ?? [],
                    origin: origin.at(warning.line, warning.column),
                    message: name == nil ? "a line is doubtful: \(warning.message)" : "is doubtful: \(warning.message)"
                )
            )
        }
        for name in names {
            guard let entry = file[name], entry.quoting != .single, !entry.hasReference,
                entry.value?.utf8.contains(0x24) == true
            else { continue }
            source.remarks.append(
                Remark(
                    name: name,
                    isForSecrets: true,
                    problem: EnvProblem(
                        .fragileValue,
                        [name],
                        origin: origin.at(entry.line, entry.column),
                        message: "is a secret with a `$`, which other readers of the file expand",
                        remedy: "enclose the value in single quotes"
                    )
                )
            )
        }
        return source
    }
}

extension EnvOrigin {
    /// The same file at a place.
    fileprivate func at(_ line: Int, _ column: Int) -> EnvOrigin {
        var origin = self
        origin.line = line
        origin.column = column
        return origin
    }
}
