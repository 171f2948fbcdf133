import FoundationEssentials
import GroundworkCore
import HTTPTypes

extension FakeApple {
    func answer(_ request: LoopbackRequest) async throws -> LoopbackResponse {
        let target = request.head.path ?? "/"
        let path = String(target.prefix { $0 != "?" })
        let query = target.dropFirst(path.utf8.count + 1)
        let body = try await request.body.collect(upTo: 1 << 20)
        let behavior = state.withLock { state in
            state.calls.append(path)
            return state.behavior
        }
        switch (request.head.method, path) {
        case (.get, "/auth/keys"):
            return Self.outage(behavior.keysOutage) ?? json(.ok, String(decoding: issuer.keySet, as: UTF8.self))
        case (.get, "/auth/authorize"):
            return consentPage(Array(query.utf8))
        case (.post, "/fake/consent"):
            return answerConsent(body)
        case (.post, "/auth/token"):
            return Self.outage(behavior.outage) ?? token(request.head, body)
        case (.post, "/auth/usermigrationinfo"):
            return Self.outage(behavior.outage) ?? migrate(request.head, body)
        case (.post, "/auth/revoke"):
            return Self.outage(behavior.outage) ?? revoke(request.head, body)
        default:
            return LoopbackResponse(status: .notFound)
        }
    }

    private static func outage(_ outage: Behavior.Outage?) -> LoopbackResponse? {
        switch outage?.base {
        case nil: return nil
        case .status(let status): return LoopbackResponse(status: .init(code: status))
        case .html: return html("<p>Please sign in to the network.</p>")
        case .empty: return LoopbackResponse(status: .ok)
        case .closes, .hangs:
            var response = LoopbackResponse(status: .ok)
            response.fault = outage?.base == .closes ? .closeWithoutAnswer : .hang
            return response
        }
    }

    func json(_ status: HTTPResponse.Status, _ text: String) -> LoopbackResponse {
        LoopbackResponse(
            status: status,
            headerFields: [
                .contentType: "application/json;charset=ISO-8859-1", .cacheControl: "no-store",
                .date: UTCDateTime(time.now.addingTimeInterval(Double(now) - time.now.timeIntervalSince1970)).httpDate,
            ],
            body: .text(text)
        )
    }

    func refusal(_ word: String, _ description: String? = nil, status: HTTPResponse.Status = .badRequest)
        -> LoopbackResponse
    {
        let extra = description.map { #","error_description":\#(JSONText.quote($0))"# } ?? ""
        return json(status, #"{"error":"\#(word)"\#(extra)}"#)
    }

    static func html(_ body: String, status: HTTPResponse.Status = .ok) -> LoopbackResponse {
        LoopbackResponse(
            status: status,
            headerFields: [.contentType: "text/html; charset=utf-8"],
            body: .text("<!doctype html><meta charset=utf-8><title>Fake Apple</title>" + body)
        )
    }
}
