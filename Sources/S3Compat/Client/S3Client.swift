import FoundationEssentials

/// A client of one S3-compatible store.
///
///     let client = try S3Client(.init(provider: .r2(accountID: id)))
///     let bucket = try client.bucket("backups")
///     try await bucket.put("hello.txt", .text("hello"))
///
/// It signs every attempt anew, retries what may be retried, and never follows a redirect to another host.
public final class S3Client: Sendable {
    /// How the store is reached.
    public let configuration: Configuration

    let signer = SigV4Signer()
    /// Retries of all requests together: when the store is down, this client does not multiply its load.
    let budget = TokenBucket(capacity: 500)
    let learned = Locked(Learned())

    /// What answers taught.
    struct Learned {
        /// The regions of buckets.
        var regions: [String: String] = [:]
        /// How far the store's clock is ahead of this machine's, in seconds.
        var skew: Double = 0
        /// Whether conditional puts are kept to, per bucket.
        var conditionalPut: [String: ObjectStoreCapabilities.Support] = [:]
    }

    /// Makes a client. Nothing is sent.
    /// - Throws: ``S3Error`` when endpoint and profile do not fit together, or a setting makes no sense.
    public init(_ configuration: Configuration) throws(S3Error) {
        try configuration.provider.check()
        let transfer = configuration.transfer
        guard transfer.partSize > 0, transfer.window > 0, transfer.multipartThreshold >= 0,
            transfer.downloadRangeSize > 0
        else { throw .configuration("Part size, range size and window must be greater than zero.") }
        self.configuration = configuration
    }

    /// A bucket. Nothing is sent.
    /// - Throws: ``S3Error`` with ``S3Error/Code/invalidBucketName``.
    public func bucket(_ name: String) throws(S3Error) -> S3Bucket {
        try S3Names.checkBucket(name, strict: configuration.provider.strictBucketNames)
        return S3Bucket(client: self, name: name)
    }

    var provider: S3Provider { configuration.provider }
    var time: any TimeSource { configuration.time }

    /// The wall clock, corrected by what the store's answers said.
    var now: Date { now(skew: learned.withLock { $0.skew }) }

    func now(skew: Double) -> Date { time.now.addingTimeInterval(skew) }

    func region(of bucket: String?) -> String {
        guard let bucket else { return provider.region }
        return learned.withLock { $0.regions[bucket] } ?? provider.region
    }

    /// Remembers a bucket's region.
    /// - Parameter used: the region that the refused attempt was signed for.
    /// - Returns: whether the attempt used another one, and is worth another try.
    func learn(region: String, of bucket: String, used: String) -> Bool {
        guard region != used else { return false }
        learned.withLock { learned in
            guard (learned.regions[bucket] ?? provider.region) != region else { return }
            if learned.regions.count >= 1024 { learned.regions.removeAll() }
            learned.regions[bucket] = region
        }
        return true
    }

    /// Remembers the store's clock.
    /// - Parameters:
    ///   - used: the correction that the refused attempt was signed with.
    ///   - tolerance: the seconds that do not matter.
    /// - Returns: whether the attempt's correction was wrong enough to be worth another try.
    func learn(serverTime: Int, used: Double, tolerance: Double) -> Bool {
        let skew = Double(serverTime) - time.now.timeIntervalSince1970
        guard abs(skew - used) > tolerance else { return false }
        learned.withLock { learned in
            if abs(skew - learned.skew) > tolerance { learned.skew = skew }
        }
        return true
    }
}

/// One bucket of a store, as an `ObjectStore` and with the operations of S3 itself.
///
/// The operations of `ObjectStore` throw `ObjectStoreError` whose `underlyingError` is the ``S3Error``; those named after
/// S3's own, such as ``headObject(_:options:)``, throw ``S3Error``.
public struct S3Bucket: Sendable {
    /// The client that it belongs to.
    public let client: S3Client
    /// The bucket's name.
    public let name: String
    /// What the keys of the objects begin with by which ``capabilities()`` and puts with conditions find out what a store
    /// can do: `folder/` where the credentials have rights in a folder alone. Below it is `.groundwork-probe/`.
    public var probePrefix = ""

    init(client: S3Client, name: String) {
        self.client = client
        self.name = name
    }
}
