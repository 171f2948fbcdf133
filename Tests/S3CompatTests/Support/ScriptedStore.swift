import GroundworkCore
import GroundworkHTTP
import GroundworkTesting

@testable import S3Compat

/// A transport that gives prepared answers in order and keeps the requests.
final class ScriptedStore: HTTPTransport {
    struct Answer: Sendable {
        var status = 200
        var fields: HTTPFields = [:]
        var body: [UInt8] = []
        var failure: HTTPTransportError?

        init(_ status: Int = 200, _ fields: HTTPFields = [:], _ body: String = "", failure: HTTPTransportError? = nil) {
            self.status = status
            self.fields = fields
            self.body = Array(body.utf8)
            self.failure = failure
        }
    }

    private let state: Locked<(answers: [Answer], requests: [HTTPRequest])>

    init(_ answers: [Answer]) { state = Locked((answers, [])) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        let answer = state.withLock { state -> Answer? in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw HTTPTransportError(.internalFailure, "The script is over.", request: request) }
        if let failure = answer.failure { throw failure }
        let head = HTTPResponse(status: HTTPResponse.Status(code: answer.status), headerFields: answer.fields)
        return HTTPStreamedResponse(head: head, body: HTTPResponseBody(bytes: answer.body))
    }

    /// A bucket whose store gives these answers, on a clock whose sleeps end at once.
    static func bucket(
        _ answers: [Answer],
        provider: S3Provider? = nil,
        time: InstantTime = InstantTime(),
        client adjust: (inout S3Client.Configuration) -> Void = { _ in }
    ) throws -> (bucket: S3Bucket, store: ScriptedStore) {
        let store = ScriptedStore(answers)
        var configuration = S3Client.Configuration(
            provider: try provider ?? .aws(region: "us-east-1"),
            credentials: .fixed(accessKeyID: "AKIAEXAMPLE", secretAccessKey: Secret("the-secret-key")),
            transport: store
        )
        configuration.time = time
        configuration.random = ManualRandom(seed: 1)
        adjust(&configuration)
        return (try S3Client(configuration).bucket("bucket"), store)
    }
}
