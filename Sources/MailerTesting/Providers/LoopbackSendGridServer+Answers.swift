import FoundationEssentials
import GroundworkCore
import HTTPTypes

extension LoopbackSendGridServer {
    func answer(_ call: ProviderFake.Call) -> ProviderFake.Answer {
        guard let given = call.fields[.authorization], given.hasPrefix("Bearer "),
            Secret(String(given.dropFirst(7))) == apiKey
        else { return Self.error(401, "The provided authorization grant is invalid, expired, or revoked") }
        let behavior = state.withLock { $0.behavior }
        func allowed(_ scope: String, _ work: () -> ProviderFake.Answer) -> ProviderFake.Answer {
            behavior.scopes.contains(scope) ? work() : Self.error(403, "access forbidden")
        }
        switch (call.method, call.path) {
        case (.post, "/v3/mail/send"):
            return allowed("mail.send") {
                behavior.isOutOfCredits ? Self.error(401, "Maximum credits exceeded") : send(call)
            }
        case (.post, "/v3/mail/batch"): return allowed("mail.batch.create") { newBatch() }
        case (.post, "/v3/user/scheduled_sends"):
            return allowed("user.scheduled_sends.create") { cancel(ProviderJSON.parse(call.body)) }
        case (.get, "/v3/scopes"):
            let scopes = behavior.scopes.sorted().map(ProviderJSON.quote).joined(separator: ",")
            return .init(200, #"{"scopes":[\#(scopes)]}"#)
        case (.get, "/v3/whitelabel/domains"):
            return allowed("whitelabel.read") {
                let domains = (behavior.domains ?? [:]).sorted { $0.key < $1.key }
                return .init(
                    200,
                    "[\(domains.map { #"{"domain":"\#($0.key)","valid":\#($0.value)}"# }.joined(separator: ","))]"
                )
            }
        case (.get, "/v3/verified_senders"):
            return allowed("sender_verification_eligible") {
                let senders = behavior.verifiedSenders.sorted().map { #"{"from_email":"\#($0)","verified":true}"# }
                return .init(200, #"{"results":[\#(senders.joined(separator: ","))]}"#)
            }
        default: return Self.error(404, "not found")
        }
    }

    private func newBatch() -> ProviderFake.Answer {
        let id = "bid\(Hex.encode(SystemRandom().bytes(16)))"
        state.withLock { _ = $0.batchIDs.insert(id) }
        return .init(201, #"{"batch_id":"\#(id)"}"#)
    }

    private func cancel(_ json: ProviderJSON?) -> ProviderFake.Answer {
        guard let id = json?["batch_id"]?.string, let status = json?["status"]?.string,
            status == "cancel" || status == "pause"
        else { return Self.error(400, "status must be cancel or pause", field: "status") }
        return state.withLock { state in
            guard state.batchIDs.contains(id) else { return Self.error(400, "invalid batch id", field: "batch_id") }
            guard state.cancelled.insert(id).inserted else {
                return Self.error(400, "a status for this batch id already exists, try PATCH", field: "batch_id")
            }
            if status == "cancel" {
                for index in state.mails.indices where state.mails[index].batchID == id {
                    state.mails[index].isCancelled = true
                }
            }
            return .init(201, #"{"batch_id":"\#(id)","status":"\#(status)"}"#)
        }
    }

    private func send(_ call: ProviderFake.Call) -> ProviderFake.Answer {
        guard call.body.count <= 30 << 20 else { return Self.error(413, "The request is larger than 30 MB") }
        guard call.fields[.contentType] == "application/json", let json = ProviderJSON.parse(call.body) else {
            return Self.error(400, "Bad Request")
        }
        let mails: [LoopbackProviderMail]
        do throws(ProviderRefused) {
            mails = try SendGridRequestRules(state.withLock { $0 }, now: time.now).mails(json)
        } catch {
            return Self.error(error.status, error.message, field: error.name)
        }
        if json["mail_settings"]?["sandbox_mode"]?["enable"]?.bool == true {
            state.withLock { $0.sandboxed += mails.count }
            return .init(200)
        }
        let id = state.withLock { state in
            let id = "MsgIDxAAAAAAAAAAAA\(state.nextID)"
            state.nextID += 1
            for var mail in mails {
                mail.id = id
                state.mails.append(mail)
            }
            return id
        }
        var answer = ProviderFake.Answer(202)
        if let name = HTTPField.Name("X-Message-Id") { answer.fields[name] = id }
        return answer
    }
}
