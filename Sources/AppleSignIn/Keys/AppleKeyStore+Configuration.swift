extension AppleKeyStore {
    /// How keys are fetched and how long they are believed.
    public struct Configuration: Sendable {
        /// Where the keys are.
        public var endpoints = AppleEndpoints.apple
        /// After this the keys are fetched anew in the background, while the known ones go on being used.
        ///
        /// Apple's answer says that it should not be cached at all, which no server could live with.
        public var refreshInterval: Duration = .seconds(3600)
        /// Without a good answer for this long, known keys are no longer used.
        public var maximumAge: Duration = .seconds(24 * 3600)
        /// After a fetch, an unknown `kid` causes no other one for this long.
        public var missCoolDown: Duration = .seconds(30)
        /// The upper end of the waits between tries that fail; they begin at a second and double.
        public var maximumRetryDelay: Duration = .seconds(60)
        /// The time for one fetch.
        public var timeout: Duration = .seconds(5)
        /// A file in which the last good keys are kept for the next start; nil for none. It is read once.
        public var seedPath: String?

        /// Apple's keys, with the defaults.
        public init() {}
    }
}
