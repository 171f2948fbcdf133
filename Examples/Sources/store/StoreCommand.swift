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
            It is configured by AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, \
            AWS_SESSION_TOKEN, AWS_S3_BUCKET, AWS_S3_ENDPOINT, AWS_S3_REGION and \
            AWS_S3_FORCE_PATH_STYLE. `store check` says what is wrong with them.

            Exit codes:

              0  done                  64   wrong arguments
              1  failed                130  interrupted
              2  wrong configuration
            """,
        subcommands: [Put.self, Get.self, Ls.self, Rm.self, Presign.self, Check.self]
    )
}

/// Runs `work` with the bucket that the environment names, and turns an error into one sentence.
func withBucket(_ work: @escaping @Sendable (S3Bucket) async throws -> Void) async throws {
    do {
        try await withInterruption {
            try await work(try S3Bucket(environment: ProcessInfo.processInfo.environment))
            try Console.checkOutput()
        }
    } catch let exit as ExitCode {
        throw exit
    } catch let interruption as Interruption {
        Console.note("store: Interrupted.")
        throw ExitCode(interruption.exitCode)
    } catch is ReaderGone {
        // As a program that SIGPIPE ended: who reads has enough.
        throw ExitCode(141)
    } catch {
        Console.note("store: \(sentence(error))")
        throw ExitCode(isConfiguration(error) ? 2 : 1)
    }
}

/// The error, with the key that it is about.
private func sentence(_ error: any Error) -> String {
    guard let error = error as? ObjectStoreError, let key = error.key, !error.message.contains(key) else {
        return "\(error)"
    }
    return "\(Format.line(key)): \(error)"
}

private func isConfiguration(_ error: any Error) -> Bool {
    switch error {
    case let error as S3Error:
        [.invalidConfiguration, .endpointMismatch, .invalidBucketName].contains(error.code)
    case let error as ObjectStoreError: [.misconfigured, .storeNotFound].contains(error.code)
    default: false
    }
}
