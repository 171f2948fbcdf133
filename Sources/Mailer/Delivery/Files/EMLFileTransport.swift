public import GroundworkCore

/// Writes each mail as a file `….eml`, which mail programs open, into a directory.
///
/// For development, for previews, and for gateways that pick files up. The file is complete when it has its name, only
/// its owner can read it, and the same mail, known by its key, is one file however often it is sent. Blind copies are
/// not written anywhere. Nor are tags, metadata and tracking, which are
/// between the sender and a provider: a file is what a receiver would get.
public struct EMLFileTransport: MailCheckingTransport {
    /// `file`, unless another name was chosen.
    public let name: String
    /// Where the files are; made when the first mail is sent, below a directory that is there.
    public let directory: String
    private let writer: MailFileWriter

    /// Writes into a directory.
    public init(
        directory: String,
        name: String = "file",
        signer: DKIMSigner? = nil,
        composer: MIMEComposer = MIMEComposer(),
        time: any TimeSource = SystemTime()
    ) {
        self.name = name
        self.directory = directory
        writer = MailFileWriter(transport: name, composer: composer, signer: signer, time: time)
    }

    /// All that a file can show.
    public var capabilities: MailCapabilities { .files.adding(.idempotency) }

    /// Writes the mail; its id is the name of its file. Unknown when the file is there and the disk does not say that it
    /// stays.
    /// - Throws: ``MailError`` with ``MailError/Code/unavailable``, `CancellationError`; there is no file then.
    public func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        try await writer.prepare([directory])
        let fileName = "\(try mail.fileStem()).eml"
        let way = "\(directory)/.\(fileName).\(Hex.encode(SystemRandom().bytes(8)))"
        return try await writer.deliver(mail, to: "\(directory)/\(fileName)", by: way)
    }

    /// Whether files can be made in the directory.
    public func check(sender: Mailbox, deadline: ContinuousClock.Instant?) async throws -> [MailCheckFinding] {
        [await writer.check([directory])]
    }
}

extension OutgoingMail {
    /// A name without anything that a file system or a shell could trip over, the same for the same key.
    fileprivate func fileStem() throws(MailError) -> String {
        String(try IdempotencyKey(derivedFrom: [idempotencyKey.rawValue]).rawValue.prefix(32))
    }
}

extension MailCapabilities {
    /// What a file or a memory can hold.
    static var files: MailCapabilities {
        MailCapabilities([
            .internationalAddresses, .customHeaders, .attachments, .calendar, .envelopeSender, .tags, .metadata,
            .tracking, .outcomePerRecipient,
        ])
    }

    func adding(_ feature: MailFeature) -> MailCapabilities {
        var result = self
        result.features.insert(feature)
        return result
    }
}
