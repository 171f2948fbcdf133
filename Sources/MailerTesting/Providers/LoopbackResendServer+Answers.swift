import FoundationEssentials
import GroundworkCore
import HTTPTypes

extension LoopbackResendServer {
    /// How long an idempotency key is remembered.
    private static let keyLifetime: TimeInterval = 24 * 60 * 60

    func answer(_ call: ProviderFake.Call) -> ProviderFake.Answer {
        guard let given = call.fields[.authorization], given.hasPrefix("Bearer ") else {
            return error(401, "missing_api_key", "Missing API key in the authorization header.")
        }
        guard Secret(String(given.dropFirst(7))) == apiKey else {
            return error(403, "invalid_api_key", "API key is invalid.")
        }
        let isSending = call.method == .post && ["/emails", "/emails/batch"].contains(call.path)
        if state.withLock({ $0.behavior.isKeyRestricted }), !isSending {
            return error(401, "restricted_api_key", "This API key is restricted to only send emails.")
        }
        switch (call.method, call.path) {
        case (.post, "/emails"): return once(call) { self.send($0) }
        case (.post, "/emails/batch"): return once(call) { self.sendBatch($0, call.fields) }
        case (.get, "/domains"): return domains(call.query)
        case (.post, _) where call.path.hasPrefix("/emails/") && call.path.hasSuffix("/cancel"):
            return cancel(String(call.path.dropFirst(8).dropLast(7)))
        case (_, "/emails"), (_, "/emails/batch"), (_, "/domains"):
            return error(405, "method_not_allowed", "Method is not allowed for the requested path.")
        default: return error(404, "not_found", "The requested endpoint does not exist.")
        }
    }

    /// Answers a repeated key as before, and refuses one that is used for something else.
    private func once(
        _ call: ProviderFake.Call,
        _ work: (ProviderJSON) -> ProviderFake.Answer
    ) -> ProviderFake.Answer {
        guard call.fields[.contentType]?.hasPrefix("application/json") == true, let json = ProviderJSON.parse(call.body)
        else { return error(400, "validation_error", "The body is not JSON.") }
        guard let key = HTTPField.Name("Idempotency-Key").flatMap({ call.fields[$0] }) else { return work(json) }
        guard (1...256).contains(key.utf8.count) else {
            return error(400, "invalid_idempotency_key", "The idempotency key must be between 1 and 256 characters.")
        }
        let now = time.now
        let place = "\(call.path) \(key)"
        enum Found { case replay(ProviderFake.Answer), conflict, underWay, new }
        let found = state.withLock { state -> Found in
            if let known = state.keys[place], now.timeIntervalSince(known.date) < Self.keyLifetime {
                guard known.body == call.body else { return .conflict }
                return known.answer.map { .replay($0) } ?? .underWay
            }
            state.keys[place] = Remembered(body: call.body, answer: nil, date: now)
            return .new
        }
        switch found {
        case .replay(let answer): return answer
        case .conflict:
            return error(
                409,
                "invalid_idempotent_request",
                "Same idempotency key used with a different request payload."
            )
        case .underWay:
            return error(
                409,
                "concurrent_idempotent_requests",
                "Same idempotency key used while original request is in progress."
            )
        case .new:
            let answer = work(json)
            state.withLock {
                // What was refused may be sent again under the same key.
                if answer.status == 200 { $0.keys[place]?.answer = answer } else { $0.keys[place] = nil }
            }
            return answer
        }
    }

    /// Has a request with this key be under way until it is finished, so that others with the key are refused.
    public func holdIdempotencyKey(_ key: String, body: [UInt8], path: String = "/emails") {
        let now = time.now
        state.withLock { $0.keys["\(path) \(key)"] = Remembered(body: body, answer: nil, date: now) }
    }

    private func send(_ json: ProviderJSON) -> ProviderFake.Answer {
        switch check(json, inBatch: false) {
        case .failure(let refusal): return error(refusal.status, refusal.name, refusal.message)
        case .success(let mail): return .init(200, #"{"id":"\#(keep(mail))"}"#)
        }
    }

    private func sendBatch(_ json: ProviderJSON, _ fields: HTTPFields) -> ProviderFake.Answer {
        guard let entries = json.array, !entries.isEmpty else {
            return error(422, "missing_required_field", "The batch must be a non-empty array.")
        }
        guard entries.count <= 100 else {
            return error(422, "validation_error", "The batch must have at most 100 emails.")
        }
        let isPermissive = HTTPField.Name("x-batch-validation").flatMap { fields[$0] } == "permissive"
        var mails: [LoopbackProviderMail] = []
        var errors: [String] = []
        for (index, entry) in entries.enumerated() {
            switch check(entry, inBatch: true) {
            case .success(let mail): mails.append(mail)
            case .failure(let refusal):
                guard isPermissive else { return error(refusal.status, refusal.name, refusal.message) }
                errors.append(#"{"index":\#(index),"message":\#(ProviderJSON.quote(refusal.message))}"#)
            }
        }
        let data = mails.map { #"{"id":"\#(keep($0))"}"# }.joined(separator: ",")
        let list = isPermissive ? #","errors":[\#(errors.joined(separator: ","))]"# : ""
        return .init(200, #"{"data":[\#(data)]\#(list)}"#)
    }

    private func keep(_ mail: LoopbackProviderMail) -> String {
        state.withLock { state in
            var mail = mail
            let digits = String(state.nextID, radix: 16)
            mail.id = "49a3999c-0ce1-4ea6-ab68-" + String(repeating: "0", count: 12 - digits.utf8.count) + digits
            state.nextID += 1
            state.mails.append(mail)
            return mail.id
        }
    }

    private func cancel(_ id: String) -> ProviderFake.Answer {
        let now = time.now
        return state.withLock { state in
            guard let index = state.mails.firstIndex(where: { $0.id == id }) else {
                return error(404, "not_found", "Email not found.")
            }
            guard let date = state.mails[index].scheduledAt, date > now else {
                return error(422, "validation_error", "Only scheduled emails can be canceled.")
            }
            state.mails[index].isCancelled = true
            return .init(200, #"{"object":"email","id":"\#(id)"}"#)
        }
    }

    private static func domainID(_ name: String) -> String { "d\(Hex.encode(Array(name.utf8)))" }

    private func domains(_ query: String) -> ProviderFake.Answer {
        let behavior = state.withLock { $0.behavior }
        let names = (behavior.domains ?? [:]).keys.sorted()
        let after = query.split(separator: "&").first { $0.hasPrefix("after=") }?.dropFirst(6)
        let start = after.flatMap { id in names.firstIndex { Self.domainID($0) == id } }.map { $0 + 1 } ?? 0
        let page = names.dropFirst(start).prefix(behavior.domainsPerPage)
        let data = page.map { name in
            let tracks = behavior.trackingDomains.contains(name)
            return
                #"{"id":"\#(Self.domainID(name))","name":"\#(name)","status":"\#(behavior.domains?[name] ?? "")","region":"us-east-1","#
                + #""open_tracking":\#(tracks),"click_tracking":\#(tracks)}"#
        }
        let hasMore = start + page.count < names.count
        return .init(200, #"{"object":"list","has_more":\#(hasMore),"data":[\#(data.joined(separator: ","))]}"#)
    }
}
