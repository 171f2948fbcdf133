public import GroundworkCore

extension LoopbackS3Server {
    /// How the server behaves. The defaults are those of a bucket on S3 in `us-east-1`.
    public struct Configuration: Sendable {
        /// The access key that is accepted.
        public var accessKeyID = "AKIALOOPBACK00000000"
        /// Its secret.
        public var secretAccessKey = Secret("loopback+secret/key=for-tests-only")
        /// The session token that must come with it; nil means that none may come.
        public var sessionToken: Secret<String>?
        /// The region that signatures must name.
        public var region = "us-east-1"
        /// Further regions that signatures may name, as Cloudflare R2 takes `auto`.
        public var acceptedRegions: Set<String> = []
        /// Buckets that are there from the start.
        public var buckets: [String] = []
        /// Where the bytes are kept.
        public var storage: LoopbackS3Storage = .memory
        /// The least size of every part but the last, in bytes: 5 MiB on S3.
        public var minimumPartSize: Int64 = 5 << 20
        /// Whether all parts but the last must have one size, as on Cloudflare R2.
        public var requiresEqualParts = false
        /// What becomes of `If-None-Match` and `If-Match` on writes.
        public var conditionalWrites: ConditionalWrites = .enforced
        /// Whether the server speaks TLS, with a certificate of ``LoopbackS3Server/certificateAuthorityPEM``.
        public var usesTLS = false
        /// The TCP port on 127.0.0.1; 0 takes a free one.
        public var port: UInt16 = 0
        /// Hosts `BUCKET.` and this name a bucket (virtual-hosted style).
        public var virtualHostDomain = "localhost"
        /// The clock. ``LoopbackS3Server/moveClock(by:)`` sets it apart from this.
        public var time: any TimeSource = SystemTime()

        /// Makes the default configuration.
        public init() {}
    }

    /// What becomes of conditions on writes.
    public struct ConditionalWrites: Sendable, Hashable {
        enum Base: Sendable, Hashable { case enforced, ignored, refused }
        let base: Base

        /// They are kept, as on S3.
        public static let enforced = Self(base: .enforced)
        /// They are accepted and nothing comes of them, as with `rclone serve s3`.
        public static let ignored = Self(base: .ignored)
        /// They are answered with `501 NotImplemented`, as on Backblaze B2.
        public static let refused = Self(base: .refused)
    }
}
