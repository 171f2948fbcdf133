import GroundworkStorage

extension ObjectStoreConformance {
    /// A named promise.
    public struct Case: Sendable, Hashable, CustomStringConvertible {
        /// The name; keys of the case begin with it.
        public let name: String
        let body: @Sendable (ConformanceContext) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (ConformanceContext) async throws -> Void) {
            self.name = name
            self.body = body
        }

        /// The name.
        public var description: String { name }

        /// By name.
        public static func == (lhs: Case, rhs: Case) -> Bool { lhs.name == rhs.name }

        /// By name.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }
}

extension ObjectStoreConformance.Case {
    /// Bytes come back as they went in, and the result and `head` tell their number.
    public static let putKnownLength = Self("putKnownLength", PutCases.knownLength)
    /// A stream of unknown length comes back as it went in.
    public static let putUnknownLength = Self("putUnknownLength", PutCases.unknownLength)
    /// A file comes back as it is.
    public static let putFile = Self("putFile", PutCases.file)
    /// An object may be empty, declared so or not.
    public static let emptyObject = Self("emptyObject", PutCases.empty)
    /// A second put replaces the first and changes the ETag.
    public static let replaceObject = Self("replaceObject", PutCases.replace)
    /// A body longer or shorter than declared is an error and stores nothing.
    public static let wrongLength = Self("wrongLength", PutCases.wrongLength)
    /// A body that throws stores nothing, and its error comes through.
    public static let throwingBody = Self("throwingBody", PutCases.throwingBody)
    /// A put that is cancelled ends, and leaves nothing.
    public static let cancelledPut = Self("cancelledPut", PutCases.cancelled)
    /// 20 MiB of unknown length come back whole.
    public static let largeStream = Self("largeStream", PutCases.largeStream)
    /// Content type and metadata come back.
    public static let metadata = Self("metadata", PutCases.metadata)
    /// Progress grows up to the size.
    public static let progress = Self("progress", PutCases.progress)
    /// `ifAbsent` stores once and then refuses.
    public static let putIfAbsent = Self("putIfAbsent", ConditionCases.ifAbsent)
    /// `ifMatches` stores over the right object only.
    public static let putIfMatches = Self("putIfMatches", ConditionCases.ifMatches)
    /// Of 16 puts at once with `ifAbsent` one wins, and its bytes are there.
    public static let racingPuts = Self("racingPuts", ConditionCases.race)
    /// Readers during replacements see whole objects only.
    public static let wholeObjects = Self("wholeObjects", ConditionCases.wholeObjects)
    /// Ranges, cut to the end; behind the end is an error.
    public static let ranges = Self("ranges", GetCases.ranges)
    /// `ifMatch` reads the right content only.
    public static let getIfMatch = Self("getIfMatch", GetCases.ifMatch)
    /// What is not there is `notFound`, for get and head.
    public static let notFound = Self("notFound", GetCases.notFound)
    /// Content is read once; a second iteration throws.
    public static let readTwice = Self("readTwice", GetCases.readTwice)
    /// Content may be dropped half read.
    public static let dropContent = Self("dropContent", GetCases.drop)
    /// Deleting takes the object away, twice is no error.
    public static let delete = Self("delete", GetCases.delete)
    /// Deleting many takes all away, also those that are not there.
    public static let deleteMany = Self("deleteMany", GetCases.deleteMany)
    /// Listings are in the order of UTF-8 bytes and tell size and ETag.
    public static let listOrder = Self("listOrder", ListCases.order)
    /// A prefix is bytes, not a folder.
    public static let listPrefix = Self("listPrefix", ListCases.prefix)
    /// A delimiter rolls keys up.
    public static let listDelimiter = Self("listDelimiter", ListCases.delimiter)
    /// `startAfter` begins behind a key, there or not.
    public static let listStartAfter = Self("listStartAfter", ListCases.startAfter)
    /// 1,100 keys come page by page, each once.
    public static let listPages = Self("listPages", ListCases.pages)
    /// An empty listing is empty.
    public static let listNothing = Self("listNothing", ListCases.nothing)
    /// Odd keys come back as they are, or are refused with `invalidKey`.
    public static let oddKeys = Self("oddKeys", KeyCases.oddKeys)
    /// Keys over 1,024 bytes and empty ones are refused.
    public static let badKeys = Self("badKeys", KeyCases.badKeys)
    /// Unfinished uploads can be asked for and aborted; one that is not there is no error.
    public static let abandonedUploads = Self("abandonedUploads", KeyCases.abandonedUploads)

    /// All cases.
    public static let all: [Self] = [
        .putKnownLength, .putUnknownLength, .putFile, .emptyObject, .replaceObject, .wrongLength, .throwingBody,
        .cancelledPut, .largeStream, .metadata, .progress, .putIfAbsent, .putIfMatches, .racingPuts, .wholeObjects,
        .ranges, .getIfMatch, .notFound, .readTwice, .dropContent, .delete, .deleteMany, .listOrder, .listPrefix,
        .listDelimiter, .listStartAfter, .listPages, .listNothing, .oddKeys, .badKeys, .abandonedUploads,
    ]
}
