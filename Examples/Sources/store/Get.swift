import ArgumentParser
import FoundationEssentials
import S3Compat
import Terminal

struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fetch an object into a file, or to standard output if the file is -."
    )

    @Argument(help: "The key.")
    var key: String

    @Argument(help: "The file, or - for standard output.")
    var file = "-"

    func run() async throws {
        let (key, file) = (key, file)
        try await withBucket { bucket in
            if file == "-" {
                for try await chunk in try await bucket.get(key).content { try Console.output(chunk) }
                return
            }
            let line = ProgressLine("Fetching")
            defer { line.finish() }
            let start = ContinuousClock.now
            let info = try await bucket.download(key, toFile: file)
            line.finish()
            let took = ContinuousClock.now - start
            Console.note(
                "\(file)  \(Format.bytes(info.size))  \(Format.duration(took))  \(Format.rate(info.size, in: took))"
            )
        }
    }
}
