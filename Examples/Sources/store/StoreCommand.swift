import ArgumentParser
import FoundationEssentials
import S3Compat
import Terminal

@main
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Puts, gets, lists, removes and presigns objects of an S3-compatible store.",
        discussion: """
            It is configured by AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_S3_BUCKET, \
            AWS_S3_ENDPOINT, AWS_S3_REGION and AWS_S3_FORCE_PATH_STYLE. `store check` says in words what is wrong with them.
            """,
        subcommands: [Put.self, Get.self, Ls.self, Rm.self, Presign.self, Check.self]
    )
}

/// Runs `work` with the bucket that the environment names, and turns an error into one sentence.
func withBucket(_ work: @escaping @Sendable (S3Bucket) async throws -> Void) async throws {
    do {
        try await withInterruption {
            try await work(try S3Bucket(environment: ProcessInfo.processInfo.environment))
        }
    } catch let exit as ExitCode {
        throw exit
    } catch is CancellationError {
        Console.note("store: Interrupted.")
        throw ExitCode(130)
    } catch {
        Console.note("store: \(error)")
        throw ExitCode(1)
    }
}
