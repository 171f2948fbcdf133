import Dispatch
import Glibc
import GroundworkCore
import S3CompatTesting

/// An S3 endpoint in a process of its own, until it is told to stop.
///
///     loopback-s3 --port 9000 --bucket bench --storage discard
///
/// The storage is `memory`, `discard`, or a directory. The credentials are `benchaccess` and `benchsecret`.
@main
struct LoopbackS3 {
    static func main() async throws {
        var configuration = LoopbackS3Server.Configuration()
        configuration.accessKeyID = "benchaccess"
        configuration.secretAccessKey = Secret("benchsecret")
        var arguments = CommandLine.arguments.dropFirst()
        while let name = arguments.popFirst(), let value = arguments.popFirst() {
            switch name {
            case "--port": configuration.port = UInt16(value) ?? 0
            case "--bucket": configuration.buckets.append(value)
            case "--storage":
                configuration.storage =
                    switch value {
                    case "memory": .memory
                    case "discard": .discard
                    default: .directory(value)
                    }
            default:
                print("loopback-s3: \(name) is not an option")
                exit(64)
            }
        }
        let server: LoopbackS3Server
        do {
            server = try await LoopbackS3Server.start(configuration)
        } catch {
            print("loopback-s3: \(error)")
            exit(1)
        }
        print(server.endpoint)
        await untilTerminated()
        await server.stop()
    }

    private static func untilTerminated() async {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in signals { break }
        for source in sources { source.cancel() }
    }
}
