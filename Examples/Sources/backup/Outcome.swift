import ArgumentParser
import FoundationEssentials
import PGBackup
import S3Compat
import Terminal

/// Runs a subcommand's work and turns its error into one sentence and an exit code.
func reporting(
    _ output: OutputOptions,
    _ work: @escaping @Sendable ([String: String]) async throws -> Void
) async throws {
    let environment = ProcessInfo.processInfo.environment
    do {
        try await withInterruption { try await work(environment) }
    } catch let exit as ExitCode {
        throw exit
    } catch {
        let (text, code) = describe(error)
        if output.json {
            Console.print(JSONText.object([("ok", false), ("error", .string(text))]).text)
        } else {
            Console.note("backup: \(text)")
        }
        throw ExitCode(code)
    }
}

private func describe(_ error: any Error) -> (String, Int32) {
    switch error {
    case is CancellationError:
        return ("Interrupted. Nothing that was begun is listed as a backup.", 130)
    case let error as PGBackupError:
        return (error.description, error.code == .invalidConfiguration ? 2 : 1)
    case let error as S3Error:
        let isConfiguration: [S3Error.Code] = [.invalidConfiguration, .endpointMismatch, .invalidBucketName]
        return (error.description, isConfiguration.contains(error.code) ? 2 : 1)
    case let error as ObjectStoreError:
        return (error.description, [.misconfigured, .storeNotFound].contains(error.code) ? 2 : 1)
    case let error as Settings.Problem:
        return (error.description, 2)
    default:
        return ("\(error)", 1)
    }
}

/// The backup that a person names: its id, or `latest`.
func manifest(named name: String, of backups: PostgresBackup) async throws -> BackupManifest {
    if name == "latest" { return try await backups.latest() }
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
    return (line, { line.update($0.archiveBytes, of: $0.expectedArchiveBytes) })
}
