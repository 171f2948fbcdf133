import GroundworkCore

extension MailDelivery {
    /// Sends many mails: several in one request where the transport takes them so, else one by one, at most
    /// ``Configuration/maximumConcurrency`` at the same time. What a request did not settle is tried again mail by mail, but
    /// for an unknown outcome: a provider knows a request for several mails by another key than the single mail.
    ///
    /// A mail whose idempotency key an earlier one of the batch has is the same mail, and is refused.
    /// - Returns: for each mail its receipt, or the error that sending it alone would have thrown.
    public func send(
        batch mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async -> [Result<MailReceipt, any Error>] {
        var runs: [Result<Run, any Error>]
        do { runs = try await prepared(mails, deadline) } catch { return mails.map { _ in .failure(error) } }
        for index in mails.placesOfRepeatedKeys { runs[index] = .failure(MailError.repeatedKey) }
        await sendTogether(&runs)
        return await sendSingly(runs)
    }

    /// Offers the first try of those mails that fit into a request for several.
    private func sendTogether(_ runs: inout [Result<Run, any Error>]) async {
        var groups: [Int: [(run: Int, offer: DeliveryPlan.Offer)]] = [:]
        for index in runs.indices {
            guard case .success(var run) = runs[index], !run.recipients.isEmpty, run.mail.message.fitsBatch,
                case .offer(let offer) = run.plan.next(now: time.monotonic, random: random),
                let transport = routes[run.routes[offer.route]].transport as? any MailBatchTransport,
                transport.capabilities.supports(.batch)
            else { continue }
            runs[index] = .success(run)
            groups[run.routes[offer.route], default: []].append((index, offer))
        }
        for (place, members) in groups.sorted(by: { $0.key < $1.key }) where members.count > 1 {
            guard let transport = routes[place].transport as? any MailBatchTransport else { continue }
            let size = max(1, transport.capabilities.maximumBatch ?? 100)
            for start in stride(from: 0, to: members.count, by: size) {
                let chunk = members[start..<min(members.count, start + size)]
                await sendRequest(Array(chunk), through: transport, place, &runs)
            }
        }
    }

    private func sendRequest(
        _ members: [(run: Int, offer: DeliveryPlan.Offer)],
        through transport: any MailBatchTransport,
        _ place: Int,
        _ all: inout [Result<Run, any Error>]
    ) async {
        var runs: [Run] = []
        var offers: [DeliveryPlan.Offer] = []
        for member in members {
            guard case .success(let run) = all[member.run] else { continue }
            runs.append(run)
            offers.append(member.offer)
        }
        defer { for (member, run) in zip(members, runs) { all[member.run] = .success(run) } }
        // One circuit and one turn for the request, whose mails share one deadline.
        guard !runs.isEmpty, begin(offers[0], &runs[0]) else { return }
        await offer(offers, through: transport, routes[place], &runs)
    }

    private func offer(
        _ offers: [DeliveryPlan.Offer],
        through transport: any MailBatchTransport,
        _ route: MailRoute,
        _ runs: inout [Run]
    ) async {
        let start = time.monotonic
        let deadline = runs[0].deadline
        do {
            try Task.checkCancellation()
            try await turn(route, deadline)
        } catch {
            for index in runs.indices { gaveUp(offers[index], &runs[index], error, reports: index == 0) }
            return
        }
        let mails = zip(offers, runs).map { mail(for: $0, $1) }
        // The shortest share is the request's: each mail is offered to the others afterwards.
        let share = zip(offers, runs).compactMap { limit(of: $0, $1) }.min()
        let end = share ?? deadline
        var result = await bounded(end) { try await transport.send(batch: mails, deadline: end) }
        if let share { result = shared(result, transport.name, share, deadline) }
        let own = runs.indices.map { index in
            result.flatMap { results in
                results.indices.contains(index)
                    ? results[index] : .success(MailReceipt(recipients: [], transport: transport.name))
            }
        }
        // A mail that the transport does not take says nothing about the transport.
        let speaker = own.firstIndex { if case .success = $0 { true } else { false } } ?? 0
        for index in runs.indices {
            take(own[index], of: offers[index], &runs[index], start: start, isShared: true, reports: index == speaker)
        }
    }

    /// Finishes every mail by itself.
    private func sendSingly(_ runs: [Result<Run, any Error>]) async -> [Result<MailReceipt, any Error>] {
        await withTaskGroup(of: (Int, Result<MailReceipt, any Error>).self) { group in
            var results: [Result<MailReceipt, any Error>] = runs.map { _ in .failure(CancellationError()) }
            var next = 0
            var running = 0
            while next < runs.count || running > 0 {
                while next < runs.count, running < max(1, configuration.maximumConcurrency) {
                    let index = next
                    next += 1
                    switch runs[index] {
                    case .failure(let error): results[index] = .failure(error)
                    case .success(let run):
                        running += 1
                        group.addTask {
                            var run = run
                            do { return (index, .success(try await self.finished(&run))) } catch {
                                return (index, .failure(error))
                            }
                        }
                    }
                }
                if running > 0, let (index, result) = await group.next() {
                    results[index] = result
                    running -= 1
                }
            }
            return results
        }
    }
}

extension MailMessage {
    /// What requests for several mails take at every provider: no attachment, nothing for later.
    var fitsBatch: Bool { attachments.isEmpty && calendar == nil && scheduledAt == nil }
}
