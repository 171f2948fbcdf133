import Glibc

/// One transfer, or many small ones, in a process of its own that the driver measures.
///
///     transport-bench ours|ahc get-file|get-stream|put-file|put-stream URL [file or byte count]
///     transport-bench ours|ahc small URL count concurrency
///
/// `BENCH_CA` names a file of certificate authorities for https.
@main struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4 else { throw Usage() }
        let authority = getenv("BENCH_CA").map { String(cString: $0) }
        let client: any BenchmarkClient =
            switch arguments[1] {
            case "ours": OurClient(authority: authority)
            #if canImport(AsyncHTTPClient)
            case "ahc": try PeerClient(authority: authority)
            #endif
            default: throw Usage()
            }
        let url = arguments[3]
        let extra = arguments.count > 4 ? arguments[4] : ""
        switch arguments[2] {
        case "get-file": try await client.getFile(url, extra)
        case "get-stream": try await client.getStream(url)
        case "put-file": try await client.putFile(url, extra)
        case "put-stream": try await client.putStream(url, Int64(extra) ?? 0)
        case "small": try await small(client, url, Int(extra) ?? 0, arguments.count > 5 ? Int(arguments[5]) ?? 1 : 1)
        default: throw Usage()
        }
        try await client.end()
    }

    static func small(_ client: any BenchmarkClient, _ url: String, _ count: Int, _ concurrency: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<concurrency {
                let share = count / concurrency + (index < count % concurrency ? 1 : 0)
                group.addTask { for _ in 0..<share { try await client.getSmall(url) } }
            }
            try await group.waitForAll()
        }
    }
}

struct Usage: Error {}
struct UnexpectedAnswer: Error {}

/// What both clients do in the same way.
protocol BenchmarkClient: Sendable {
    func getFile(_ url: String, _ path: String) async throws
    func getStream(_ url: String) async throws
    func putFile(_ url: String, _ path: String) async throws
    func putStream(_ url: String, _ count: Int64) async throws
    func getSmall(_ url: String) async throws
    func end() async throws
}
