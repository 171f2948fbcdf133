import Configuration
import Glibc
import SystemPackage

/// usage: env-rival FILE
///
/// Reads a .env file as swift-configuration does; prints the best and the middle time of many rounds in seconds of
/// processor time.
@main struct Main {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { return print("usage: env-rival FILE") }
        let path = FilePath(CommandLine.arguments[1])
        var times: [Double] = []
        for _ in 0..<20 {
            let start = processorTime()
            _ = try await EnvironmentVariablesProvider(environmentFilePath: path)
            times.append(processorTime() - start)
        }
        times.sort()
        print("best \(times[0]) middle \(times[times.count / 2])")
        let read = try await EnvironmentVariablesProvider(environmentFilePath: path).debugDescription
        print("characters of its description \(read.count)")
    }

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
