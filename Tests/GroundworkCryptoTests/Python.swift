import Foundation

/// Runs a Python program and returns the lines that it prints, each split at its spaces.
func python(_ program: String) throws -> [[String]] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw PythonFailed(status: process.terminationStatus) }
    return text.split(separator: "\n").map {
        $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
}

struct PythonFailed: Error {
    let status: Int32
}
