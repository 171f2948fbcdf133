extension HTTPTransportConformance {
    /// A named promise.
    public struct Case: Sendable, Hashable, CustomStringConvertible {
        /// The name.
        public let name: String
        let body: @Sendable (TransportContext) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (TransportContext) async throws -> Void) {
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

extension HTTPTransportConformance.Case {
    /// The request's target arrives byte for byte.
    public static let target = Self("target", TransportRequestCases.target)
    /// Method and header fields arrive.
    public static let requestHead = Self("requestHead", TransportRequestCases.head)
    /// Bodies from memory, files and sequences arrive whole, of known and of unknown length.
    public static let requestBodies = Self("requestBodies", TransportRequestCases.bodies)
    /// A body without bytes is announced as such.
    public static let emptyBody = Self("emptyBody", TransportRequestCases.emptyBody)
    /// A body shorter or longer than declared is an error, and the server never gets it whole.
    public static let wrongLength = Self("wrongLength", TransportRequestCases.wrongLength)
    /// A body that throws is an error.
    public static let throwingBody = Self("throwingBody", TransportRequestCases.throwingBody)
    /// A single-use body is refused the second time.
    public static let usedBody = Self("usedBody", TransportRequestCases.usedBody)
    /// Many requests at once get their own answers.
    public static let parallel = Self("parallel", TransportRequestCases.parallel)
    /// A status is never an error, and a redirect is not followed.
    public static let statuses = Self("statuses", TransportResponseCases.statuses)
    /// Header fields come back, also several of one name.
    public static let responseHead = Self("responseHead", TransportResponseCases.head)
    /// A body streams and comes back as it was sent.
    public static let responseBody = Self("responseBody", TransportResponseCases.body)
    /// A body is read once; a second iteration throws.
    public static let readTwice = Self("readTwice", TransportResponseCases.readTwice)
    /// A body may be dropped unread, and others are answered after that.
    public static let dropBody = Self("dropBody", TransportResponseCases.drop)
    /// The server is read only as fast as the reader reads.
    public static let backPressure = Self("backPressure", TransportResponseCases.backPressure)
    /// A sink gets the whole body in order, and is told the end.
    public static let sink = Self("sink", TransportResponseCases.sink)
    /// A sink can refuse a response, which comes back collected.
    public static let refusingSink = Self("refusingSink", TransportResponseCases.refusingSink)
    /// What a sink throws comes through.
    public static let throwingSink = Self("throwingSink", TransportResponseCases.throwingSink)
    /// Limits on the head, the body and what is collected hold.
    public static let limits = Self("limits", TransportResponseCases.limits)
    /// An answer that comes before the body was read is delivered.
    public static let earlyAnswer = Self("earlyAnswer", TransportFaultCases.earlyAnswer)
    /// A body that ends early is an error, not an end.
    public static let truncatedBody = Self("truncatedBody", TransportFaultCases.truncated)
    /// A POST that is never answered is sent once, and its outcome is unknown.
    public static let unansweredPost = Self("unansweredPost", TransportFaultCases.unansweredPost)
    /// A server that does not answer meets the limit for the head, or the total one.
    public static let timeouts = Self("timeouts", TransportFaultCases.timeouts)
    /// Cancelling ends an exchange promptly with `CancellationError`.
    public static let cancellation = Self("cancellation", TransportFaultCases.cancellation)
    /// Where nobody listens, the error is a failed connection, and nothing was sent.
    public static let refusedConnection = Self("refusedConnection", TransportFaultCases.refusedConnection)
    /// Errors show no query string.
    public static let redaction = Self("redaction", TransportFaultCases.redaction)

    /// All cases.
    public static let all: [Self] = [
        .target, .requestHead, .requestBodies, .emptyBody, .wrongLength, .throwingBody, .usedBody, .parallel, .statuses,
        .responseHead, .responseBody, .readTwice, .dropBody, .backPressure, .sink, .refusingSink, .throwingSink,
        .limits,
        .earlyAnswer, .truncatedBody, .unansweredPost, .timeouts, .cancellation, .refusedConnection, .redaction,
    ]
}
