import ArgumentParser
import FoundationEssentials
import S3Compat
import Terminal

struct Ls: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List objects.")

    @Argument(help: "Only keys that begin with this.")
    var prefix = ""

    @Flag(name: .shortAndLong, help: "Go into what looks like folders.")
    var recursive = false

    func run() async throws {
        let (prefix, recursive) = (prefix, recursive)
        try await withBucket { bucket in
            var options = ObjectListOptions()
            options.prefix = prefix
            options.delimiter = recursive ? nil : "/"
            for try await page in bucket.list(options).pages {
                for folder in page.commonPrefixes {
                    Console.print("\(String(repeating: " ", count: 32))\(Format.line(folder))")
                }
                for object in page.objects {
                    let time = object.lastModified?.formatted(.iso8601) ?? String(repeating: " ", count: 20)
                    let size = Format.bytes(object.size)
                    Console.print(
                        "\(time) \(String(repeating: " ", count: max(0, 10 - size.count)))\(size) \(Format.line(object.key))"
                    )
                }
                try Console.checkOutput()
            }
        }
    }
}

struct Rm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete objects. One that is not there is no error.")

    @Argument(help: "The keys.")
    var keys: [String]

    func run() async throws {
        let keys = keys
        try await withBucket { bucket in
            let failures = try await bucket.deleteMany(keys)
            for failure in failures {
                Console.note("store: \(Format.line(failure.key)) is still there: \(failure.error)")
            }
            if !failures.isEmpty { throw ExitCode(1) }
        }
    }
}

struct Presign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a URL that fetches or stores an object without credentials for a while."
    )

    @Argument(help: "The key.")
    var key: String

    @Option(help: "For how many seconds, up to 604800.")
    var expires: Int = 900

    @Flag(help: "A URL to store with, by PUT.")
    var put = false

    func validate() throws {
        guard (1...604_800).contains(expires) else {
            throw ValidationError("--expires is a number of seconds from 1 to 604800 (seven days).")
        }
    }

    func run() async throws {
        let arguments = self
        try await withBucket { bucket in
            var options = S3PresignOptions()
            options.expires = .seconds(arguments.expires)
            let request = try await bucket.presign(arguments.put ? .put : .get, arguments.key, options: options)
            Console.print(request.url)
        }
    }
}

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove endpoint, credentials, bucket and clock, and say in words what is wrong."
    )

    func run() async throws {
        try await withBucket { bucket in
            let report = await bucket.check()
            Console.print("\(report)")
            if !report.isHealthy { throw ExitCode(1) }
        }
    }
}
