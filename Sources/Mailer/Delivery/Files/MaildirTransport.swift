import FoundationEssentials
public import GroundworkCore

/// Puts each mail into a Maildir, the form in which mail servers and programs share a mailbox (maildir(5)).
///
/// A mail is written to `tmp` and moved to `new` when it is complete, so that no reader sees a part of one and no lock
/// is needed. Only the owner can read it. All recipients' mail goes into the one mailbox. Nor are tags, metadata and tracking, which are
/// between the sender and a provider: a file is what a receiver would get.
public struct MaildirTransport: MailCheckingTransport {
    /// `maildir`, unless another name was chosen.
    public let name: String
    /// The mailbox; made with its folders `tmp`, `new` and `cur` when the first mail is sent, below a directory that is
    /// there.
    public let directory: String
    private let writer: MailFileWriter
    private let time: any TimeSource

    /// Writes into a mailbox.
    public init(
        directory: String,
        name: String = "maildir",
        signer: DKIMSigner? = nil,
        composer: MIMEComposer = MIMEComposer(),
        time: any TimeSource = SystemTime()
    ) {
        self.name = name
        self.directory = directory
        self.time = time
        writer = MailFileWriter(transport: name, composer: composer, signer: signer, time: time)
    }

    /// All that a file can show.
    public var capabilities: MailCapabilities { .files }

    private var folders: [String] { [directory, "\(directory)/cur", "\(directory)/new", "\(directory)/tmp"] }

    /// Writes the mail; its id is the name of its file. Unknown when the file is there and the disk does not say that it
    /// stays: written once more it would be there twice.
    /// - Throws: ``MailError`` with ``MailError/Code/unavailable``, `CancellationError`; there is no file then.
    public func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        try await writer.prepare(folders)
        // Seconds, something unique, and a host name, which readers only compare.
        let unique = Hex.encode(SystemRandom().bytes(12))
        let fileName = "\(Int(time.now.timeIntervalSince1970)).R\(unique).localhost"
        return try await writer.deliver(mail, to: "\(directory)/new/\(fileName)", by: "\(directory)/tmp/\(fileName)")
    }

    /// Whether files can be made in the mailbox.
    public func check(sender: Mailbox, deadline: ContinuousClock.Instant?) async throws -> [MailCheckFinding] {
        [await writer.check(folders)]
    }
}
