import GroundworkTestProcesses

/// Runs a Python program and returns the lines that it prints, each split at its spaces.
func python(_ program: String) async throws -> [[String]] {
    let output = try await ChildProcess.output(of: "python3", ["-c", program])
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map {
        $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
}
