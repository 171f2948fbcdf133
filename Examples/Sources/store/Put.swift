import ArgumentParser
import S3Compat
import Terminal

struct Put: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Store a file, or standard input if the file is -.",
        discussion: "Standard input may be of any length and is never held in memory as a whole."
    )

    @Argument(help: "The file, or - for standard input.")
    var file: String

    @Argument(help: "The key.")
    var key: String

    @Option(help: "The media type, such as image/png.")
    var contentType: String?

    @Option(help: "About how many bytes standard input will bring; parts are sized by it (default: up to 78 GiB).")
    var estimate: Int64?

    @Flag(help: "Fail if there is an object with this key already.")
    var ifAbsent = false

    func validate() throws {
        if let estimate, estimate <= 0 { throw ValidationError("--estimate is a number of bytes above 0.") }
    }

    func run() async throws {
        let arguments = self
        try await withBucket { bucket in
            let line = ProgressLine("Storing")
            defer { line.finish() }
            var options = ObjectPutOptions()
            options.contentType = arguments.contentType
            options.condition = arguments.ifAbsent ? .ifAbsent : .none
            let body: ObjectBody =
                arguments.file == "-"
                ? .stream(StandardInput(), length: .unknown(estimate: arguments.estimate)) : try .file(arguments.file)
            let total: Int64? = if case .known(let length) = body.length { length } else { nil }
            options.progress = ObjectProgress { line.update($0, of: total) }
            let start = ContinuousClock.now
            let result = try await bucket.put(arguments.key, body, options: options)
            line.finish()
            let took = ContinuousClock.now - start
            Console.print(
                "\(Format.line(arguments.key)) in \(bucket.location)  \(Format.bytes(result.size))  \(Format.duration(took))  "
                    + "\(Format.rate(result.size, in: took))  checked by \(result.proof)"
            )
        }
    }
}
