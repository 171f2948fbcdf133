import FoundationEssentials
import GroundworkTestProcesses

/// Python with boto3, the independent client, from the environment that the tests' installer makes, else the system's.
enum Python {
    static var executable: String {
        let own = TestTools.program("python3")
        return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
    }

    /// Runs a script that reads JSON from its standard input and writes JSON.
    static func run<Input: Encodable, Output: Decodable>(
        _ script: String,
        _ input: Input,
        as output: Output.Type
    ) async throws -> Output {
        let bytes = try JSONEncoder().encode(input)
        let result = try await ChildProcess.output(of: executable, ["-c", script], input: Array(bytes))
        return try JSONDecoder().decode(Output.self, from: Data(result))
    }
}
