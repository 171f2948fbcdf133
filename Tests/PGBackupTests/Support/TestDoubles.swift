import FoundationEssentials
import GroundworkCore
import Testing

/// Programs that say they are of a version of our choice and do what the real ones do.
/// - Parameter doubles: for some of them, the lines of shell that are run instead; `$real` is the real one.
func fakePrograms(_ version: String, in directory: String, real: String, _ doubles: [String: String] = [:]) throws {
    for name in ["pg_dump", "pg_restore", "psql"] {
        try script(
            """
            #!/bin/sh
            if [ "$1" = --version ]; then echo "\(name) (PostgreSQL) \(version) (test double)"; exit 0; fi
            real=\(real)/\(name)
            \(doubles[name] ?? "exec $real \"$@\"")

            """,
            "\(directory)/\(name)"
        )
    }
}

/// Writes an executable file.
func script(_ text: String, _ path: String) throws {
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createFile(
        atPath: path,
        contents: Data(text.utf8),
        attributes: [.posixPermissions: 0o755]
    ) ? () : { throw SystemCallError(number: 5, call: "write", path: path) }()
}

/// Waits until a file is there, for half a minute at most.
func waitForFile(_ path: String) async throws {
    try #require(try await eventually { FileManager.default.fileExists(atPath: path) }, "\(path) never came")
}

/// Asks until the answer is yes, for half a minute at most.
/// - Returns: the last answer.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}
