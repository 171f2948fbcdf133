/// What is listed.
public struct ObjectListOptions: Sendable, Hashable {
    /// Only keys that begin with this.
    public var prefix: String = ""
    /// Keys that have this text behind the prefix are rolled up into one common prefix; usually `/`.
    public var delimiter: String?
    /// Only keys behind this one, in the order of UTF-8 bytes.
    public var startAfter: String?
    /// The size of a page, 1 to 1,000.
    public var pageSize: Int = 1000

    /// Lists everything.
    public init() {}
}

/// One page of a listing.
public struct ObjectListPage: Sendable, Hashable {
    /// The objects, in the order of their keys.
    public var objects: [ObjectInfo]
    /// The rolled-up prefixes, in order.
    public var commonPrefixes: [String]

    /// Makes a page.
    public init(objects: [ObjectInfo], commonPrefixes: [String]) {
        self.objects = objects
        self.commonPrefixes = commonPrefixes
    }
}

/// A listing: a sequence of objects, fetched page by page as it is read. It can be iterated again; that lists anew.
///
///     for try await object in store.list(prefix: "photos/") { print(object.key, object.size) }
///
/// Rolled-up prefixes appear only in ``pages``.
public struct ObjectListing: AsyncSequence, Sendable {
    /// An object.
    public typealias Element = ObjectInfo
    /// ``ObjectStoreError``, or `CancellationError`.
    public typealias Failure = any Error
    /// A function that gives the next page, and nil at the end.
    public typealias NextPage = @Sendable () async throws -> ObjectListPage?

    private let start: @Sendable () -> NextPage

    /// Makes a listing.
    /// - Parameter start: called for each iteration; gives the function that fetches page after page.
    public init(_ start: @escaping @Sendable () -> NextPage) {
        self.start = start
    }

    /// The listing page by page.
    public var pages: Pages { Pages(start: start) }

    /// Starts a listing.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(next: start()) }

    /// Reads object by object.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let next: NextPage
        private var rest: ArraySlice<ObjectInfo> = []

        fileprivate init(next: @escaping NextPage) { self.next = next }

        /// The next object, or nil at the end.
        public mutating func next() async throws -> ObjectInfo? {
            while rest.isEmpty {
                guard let page = try await next() else { return nil }
                rest = page.objects[...]
            }
            return rest.popFirst()
        }
    }

    /// A listing page by page.
    public struct Pages: AsyncSequence, Sendable {
        /// A page.
        public typealias Element = ObjectListPage
        /// ``ObjectStoreError``, or `CancellationError`.
        public typealias Failure = any Error

        fileprivate let start: @Sendable () -> NextPage

        /// Starts a listing.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(next: start()) }

        /// Reads page by page.
        public struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate let next: NextPage

            /// The next page, or nil at the end.
            public mutating func next() async throws -> ObjectListPage? { try await next() }
        }
    }
}
