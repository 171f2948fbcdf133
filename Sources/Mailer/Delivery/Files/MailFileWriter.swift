import Glibc
import GroundworkCore

/// Writes a message into a directory so that readers see it whole or not at all.
struct MailFileWriter: Sendable {
    let transport: String
    let composer: MIMEComposer
    let signer: DKIMSigner?
    let time: any TimeSource
    /// Sees to it that a file's new name outlives a crash of the machine.
    var settle: @Sendable (_ path: String) throws(SystemCallError) -> Void = Self.synchronizeDirectory

    /// Composes the mail, signs it, writes it to `way`, and gives it its name.
    /// - Returns: accepted, with the name of the file as its id. Unknown when the file has its name, and the disk does not
    ///   say whether the name is kept: the mail is there, and another try might write it twice.
    /// - Throws: ``MailError`` with ``MailError/Code/unavailable`` when the disk does not take it, or what an attachment
    ///   throws; nothing is left behind then.
    func deliver(_ mail: OutgoingMail, to path: String, by way: String) async throws -> MailReceipt {
        try await write(mail, to: path, by: way)
        var outcome = MailOutcome.accepted(id: path.split(separator: "/").last.map(String.init))
        do {
            try await BlockingThreads.shared.run { try settle(path) }
        } catch let error as SystemCallError {
            outcome = .unknown(reason: "The mail is in \(path), but its name may not outlive a crash: \(error.reason).")
        }
        return MailReceipt(
            envelope: mail.envelope,
            outcome: outcome,
            transport: transport,
            messageID: mail.message.messageID
        )
    }

    private func write(_ mail: OutgoingMail, to path: String, by way: String) async throws {
        let composed = try composer.compose(mail.message)
        var prefix = Array("Return-Path: <\(mail.envelope.sender?.wireText ?? "")>\r\n".utf8)
        prefix += try await signer?.signature(of: composed, time: time) ?? []
        do {
            try await write(composed.chunks(prefix: prefix), to: path, by: way)
        } catch let error as SystemCallError {
            throw failed(path, error)
        }
    }

    private func write(_ chunks: MIMEChunks, to path: String, by way: String) async throws {
        let threads = BlockingThreads.shared
        let file = try await threads.run { try OpenFile(way, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600) }
        do {
            var offset: Int64 = 0
            for try await chunk in chunks {
                let start = offset
                try await threads.run { try file.write(chunk, at: start) }
                offset += Int64(chunk.count)
            }
            try Task.checkCancellation()
            try await threads.run {
                try file.synchronize()
                try Self.rename(way, path)
            }
        } catch {
            _ = try? await threads.run { unsafe unlink(way) }
            throw error
        }
    }

    /// Makes the directories that are not there, for their owner only.
    func prepare(_ directories: [String]) async throws {
        try await BlockingThreads.shared.run {
            for directory in directories where unsafe mkdir(directory, 0o700) != 0 && errno != EEXIST {
                throw failed(directory, .last("mkdir", path: directory))
            }
        }
    }

    private func failed(_ path: String, _ error: SystemCallError) -> MailError {
        MailError(
            .unavailable,
            "The mail cannot be written to \(path): \(error.reason).",
            transport: transport,
            isRetryable: true,
            underlyingError: error
        )
    }

    private static func rename(_ old: String, _ new: String) throws(SystemCallError) {
        guard unsafe Glibc.rename(old, new) == 0 else { throw .last("rename", path: new) }
    }

    private static func synchronizeDirectory(_ path: String) throws(SystemCallError) {
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try OpenFile(directory.isEmpty ? "." : directory, flags: O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// Whether directories can be made, and a file in the last of them.
    func check(_ directories: [String]) async -> MailCheckFinding {
        do {
            try await prepare(directories)
            let probe = "\(directories.last ?? ".")/.groundwork-\(Hex.encode(SystemRandom().bytes(8)))"
            try await BlockingThreads.shared.run {
                _ = try OpenFile(probe, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
                _ = unsafe unlink(probe)
            }
            return MailCheckFinding(.ok, "directory", "Mail can be written to \(directories[0]).", transport: transport)
        } catch {
            return MailCheckFinding(
                .failure,
                "directory",
                "Mail cannot be written to \(directories[0]): \(error).",
                advice: "Make the directory and let this process write to it.",
                transport: transport
            )
        }
    }
}
