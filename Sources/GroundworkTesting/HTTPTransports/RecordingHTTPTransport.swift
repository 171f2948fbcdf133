import GroundworkCore
public import GroundworkHTTP

/// A transport that hands all to another one and keeps a record of each exchange, without what may be secret.
///
/// Query strings, bodies and the values of header fields that carry credentials are never kept.
public final class RecordingHTTPTransport: HTTPTransport {
    /// One exchange, redacted.
    public struct Exchange: Sendable, CustomStringConvertible {
        /// The method.
        public let method: HTTPRequest.Method
        /// Scheme, authority and path, without the query.
        public let target: String
        /// The request's header fields; values that may be secret are replaced.
        public let requestFields: HTTPFields
        /// The declared length of the request's body; nil without a body or where it is unknown.
        public let requestLength: Int64?
        /// The status; nil until it is there, and if the exchange failed before.
        public internal(set) var status: HTTPResponse.Status?
        /// The response's header fields; values that may be secret are replaced.
        public internal(set) var responseFields: HTTPFields = [:]
        /// How many bytes of the response's body were read so far.
        public internal(set) var responseBytes: Int64 = 0
        /// The error that ended the exchange, as its code or type.
        public internal(set) var failure: String?

        /// One line.
        public var description: String {
            "\(method.rawValue) \(target) → \(status.map { "\($0.code)" } ?? failure ?? "no answer yet")"
        }
    }

    private let base: any HTTPTransport
    private let record = Locked<[Exchange]>([])

    /// Makes a record of what goes through `base`.
    public init(_ base: any HTTPTransport) {
        self.base = base
    }

    /// The exchanges so far, in the order in which they began.
    public var exchanges: [Exchange] { record.withLock { $0 } }

    /// Sends through the other transport.
    public func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        let index = begin(request, body)
        do {
            var response = try await base.send(request, body: body, options: options)
            note(response.head, at: index)
            let source = response.body
            let iterator = Locked<HTTPResponseBody.AsyncIterator?>(nil)
            response.body = HTTPResponseBody(next: { [self] in
                var reader = iterator.withLock { $0 } ?? source.makeAsyncIterator()
                do {
                    let chunk = try await reader.next()
                    let next = reader
                    iterator.withLock { $0 = next }
                    if let chunk { record.withLock { $0[index].responseBytes += Int64(chunk.count) } }
                    return chunk
                } catch {
                    fail(error, at: index)
                    throw error
                }
            })
            return response
        } catch {
            fail(error, at: index)
            throw error
        }
    }

    /// Sends through the other transport, into the sink.
    public func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions,
        into sink: any HTTPBodySink
    ) async throws -> HTTPSinkResponse {
        let index = begin(request, body)
        do {
            let response = try await base.send(request, body: body, options: options, into: sink)
            note(response.head, at: index)
            let count = response.refusedBody.map { Int64($0.count) } ?? response.bytesWritten
            record.withLock { $0[index].responseBytes = count }
            return response
        } catch {
            fail(error, at: index)
            throw error
        }
    }

    private func begin(_ request: HTTPRequest, _ body: HTTPBody?) -> Int {
        record.withLock { record in
            record.append(
                Exchange(
                    method: request.method,
                    target: HTTPTransportError.target(of: request),
                    requestFields: Self.redacted(request.headerFields),
                    requestLength: body?.length
                )
            )
            return record.count - 1
        }
    }

    private func note(_ head: HTTPResponse, at index: Int) {
        record.withLock {
            $0[index].status = head.status
            $0[index].responseFields = Self.redacted(head.headerFields)
        }
    }

    private func fail(_ error: any Error, at index: Int) {
        let name = (error as? HTTPTransportError).map { "\($0.code)" } ?? "\(type(of: error))"
        record.withLock { $0[index].failure = name }
    }

    private static func redacted(_ fields: HTTPFields) -> HTTPFields {
        var result = HTTPFields()
        for field in fields {
            let isSecret = marks.contains { field.name.canonicalName.firstRange(of: $0) != nil }
            result.append(isSecret ? HTTPField(name: field.name, value: "redacted") : field)
        }
        return result
    }

    /// What the names of fields with credentials hold, in lower case. `location` may carry a signed query.
    private static let marks = [
        "auth", "cookie", "token", "secret", "signature", "password", "key", "credential", "location", "referer",
    ]
}
