import ArgumentParser
import FoundationEssentials
import Logging
import PGBackup
import S3Compat
import Terminal

/// Runs a subcommand's work and turns its error into one sentence and an exit code.
/// - Parameter interrupted: what an interruption leaves.
func reporting(
    _ output: OutputOptions,
    interrupted: String = "Nothing was changed.",
    _ work: @escaping @Sendable ([String: String]) async throws -> Void
) async throws {
    let environment = TemplateVariables.read(ProcessInfo.processInfo.environment)
    do {
        try await withInterruption {
            try await work(environment)
            try Console.checkOutput()
        }
    } catch let exit as ExitCode {
        throw exit
    } catch is ReaderGone {
        // As a program that SIGPIPE ended: who reads has enough.
        throw ExitCode(141)
    } catch {
        let (text, code) = describe(error, interrupted)
        // What cannot be written to standard output is said on standard error.
        if output.json, !(error is WriteFailure) {
            Console.print(JSONText.object([("ok", false), ("error", .string(text))]).text)
        } else {
            Console.note("backup: \(text)")
        }
        throw ExitCode(code)
    }
}

private func describe(_ error: any Error, _ interrupted: String) -> (String, Int32) {
    switch error {
    case let interruption as Interruption:
        // What could not be removed is not said to be gone.
        let left = (interruption.underlyingError as? PGBackupError)?.leftBehind
        return ("Interrupted. \(left ?? interrupted)", interruption.exitCode)
    default:
        if let error = error as? PGBackupError, error.code == .busy { return ("\(error)", RunStatus.busy.exitCode) }
        return ("\(error)", isConfiguration(error) ? 2 : 1)
    }
}

/// Says that a backup is not what it should be.
/// - Returns: the exit code of that.
func blame(_ error: PGBackupError, _ output: OutputOptions) -> ExitCode {
    if output.json {
        Console.print(JSONText.object([("ok", false), ("error", .string("\(error)"))]).text)
    } else {
        Console.note("backup: \(error)")
    }
    return ExitCode(RunStatus.unverified.exitCode)
}

/// Whether the environment must be mended: nothing else helps.
private func isConfiguration(_ error: any Error) -> Bool {
    switch error {
    case is Settings.Problem: true
    case let error as PGBackupError where error.code == .storeFailed:
        error.underlyingError.map(isConfiguration) ?? false
    case let error as PGBackupError: error.code == .invalidConfiguration
    case let error as S3Error:
        [.invalidConfiguration, .endpointMismatch, .invalidBucketName].contains(error.code)
    case let error as ObjectStoreError: [.misconfigured, .storeNotFound].contains(error.code)
    default: false
    }
}

/// The backup that a person names: its id, or `latest`.
func manifest(named name: String, of backups: PostgresBackup) async throws -> BackupManifest {
    if name == "latest" {
        // Only the log tells that a newer one was passed over because it cannot be read.
        var configuration = backups.configuration
        configuration.logger.logLevel = .warning
        return try await PostgresBackup(configuration, store: backups.store).latest()
    }
    guard let id = BackupID(name) else {
        throw Settings.Problem(
            description: "\(name) is not the id of a backup. `backup list` shows them; or say latest."
        )
    }
    return try await backups.manifest(id)
}

/// Shows the progress of an operation.
func progressLine(_ label: String, quiet: Bool) -> (line: ProgressLine, handler: BackupProgressHandler) {
    let line = ProgressLine(label, quiet: quiet)
    return (
        line,
        { progress in
            // Phases that move no data have nothing to show.
            guard let expected = progress.expectedArchiveBytes else { return }
            line.update(progress.archiveBytes, of: expected)
        }
    )
}
