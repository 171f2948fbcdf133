import GroundworkCore

/// The machinery of ``GzipCompression``: a task that reads, threads that compress, a queue in order.
final class GzipPipeline: Sendable {
    typealias Take = @Sendable (GzipInput) async throws -> Void

    private struct Slot {
        let inputLength: Int
        var result: Result<(bytes: [UInt8], crc32: UInt32), GzipError>?
    }

    private struct State {
        /// Members that are compressed or wait to be handed out, oldest first; the first has the number `first`.
        var slots: [Slot] = []
        var first = 0
        var pump: Task<Void, Never>?
        /// How the input ended.
        var end: Result<Void, any Error>?
        var reader: CheckedContinuation<Void, Never>?
        var writer: CheckedContinuation<Void, Never>?
        var statistics = GzipStatistics()
    }

    private let limit: Int
    private let memberSize: Int
    private let pool: DeflaterPool
    private let threads: BlockingThreads
    private let source: @Sendable (@escaping Take) async throws -> Void
    private let state = Locked(State())

    init(level: Int, width: Int, memberSize: Int, source: @escaping @Sendable (@escaping Take) async throws -> Void) {
        limit = width + 2
        self.memberSize = memberSize
        pool = DeflaterPool(level: level)
        threads = BlockingThreads(maximum: width)
        self.source = source
    }

    var statistics: GzipStatistics { state.withLock { $0.statistics } }

    /// The next member, by one reader at a time.
    func next() async throws -> GzipMember? {
        startPump()
        return try await withTaskCancellationHandler {
            while true {
                try Task.checkCancellation()
                if let outcome = takeFirst() { return try outcome.get() }
                await wait(for: .reader)
            }
        } onCancel: {
            cancel()
        }
    }

    /// Ends reading and compressing; what waits is dropped.
    func cancel() {
        let (pump, reader) = state.withLock { state in
            defer { state.reader = nil }
            if state.end == nil { state.end = .failure(CancellationError()) }
            return (state.pump, state.reader)
        }
        pump?.cancel()
        reader?.resume()
    }

    private func takeFirst() -> Result<GzipMember?, any Error>? {
        let (outcome, writer) = state.withLock {
            state -> (Result<GzipMember?, any Error>?, CheckedContinuation<Void, Never>?) in
            // A failure is told at once: what was compressed before is of no use.
            if case .failure(let error) = state.end { return (.failure(error), nil) }
            guard let slot = state.slots.first else { return (state.end.map { _ in .success(nil) }, nil) }
            guard let result = slot.result else { return (nil, nil) }
            switch result {
            case .failure(let error): return (.failure(error), nil)
            case .success(let compressed):
                let member = GzipMember(
                    bytes: compressed.bytes,
                    index: state.first,
                    inputOffset: state.statistics.inputBytes,
                    inputLength: slot.inputLength,
                    outputOffset: state.statistics.outputBytes,
                    crc32: compressed.crc32
                )
                state.slots.removeFirst()
                state.first += 1
                state.statistics.members += 1
                state.statistics.inputBytes += Int64(slot.inputLength)
                state.statistics.outputBytes += Int64(compressed.bytes.count)
                defer { state.writer = nil }
                return (.success(member), state.writer)
            }
        }
        writer?.resume()
        return outcome
    }

    private enum Side { case reader, writer }

    /// Suspends until the other side says that something changed, unless there is something to do already.
    private func wait(for side: Side) async {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                switch side {
                case .reader:
                    if state.slots.first.map({ $0.result != nil }) ?? (state.end != nil) { return false }
                    if case .failure = state.end { return false }
                    state.reader = continuation
                case .writer:
                    if state.slots.count < limit || state.end != nil { return false }
                    state.writer = continuation
                }
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    private func startPump() {
        state.withLock { state in
            guard state.pump == nil, state.end == nil else { return }
            state.pump = Task { await self.pump() }
        }
    }

    private func pump() async {
        let splitter = Locked(MemberSplitter(memberSize: memberSize))
        let end: Result<Void, any Error>
        do {
            try await source { input in
                let ready = splitter.withLock { splitter in
                    splitter.append(input)
                    return splitter.takeReady()
                }
                for pieces in ready { try await self.submit(pieces) }
            }
            try Task.checkCancellation()
            let last = splitter.withLock { splitter in
                splitter.finish()
                return splitter.takeReady()
            }
            for pieces in last { try await submit(pieces) }
            end = .success(())
        } catch {
            end = .failure(error)
        }
        finish(end)
    }

    private func finish(_ end: Result<Void, any Error>) {
        let reader = state.withLock { state in
            if state.end == nil { state.end = end }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    private func submit(_ pieces: [ArraySlice<UInt8>]) async throws {
        let limit = limit
        try await withTaskCancellationHandler {
            while !state.withLock({ $0.slots.count < limit }) {
                try Task.checkCancellation()
                await wait(for: .writer)
            }
        } onCancel: {
            wakeWriter()
        }
        try Task.checkCancellation()
        let length = pieces.reduce(0) { $0 + $1.count }
        let number = state.withLock { state in
            state.slots.append(Slot(inputLength: length, result: nil))
            return state.first + state.slots.count - 1
        }
        threads.start { [weak self, pool] in
            let result = Result { () throws(GzipError) in try pool.member(of: pieces) }
            self?.complete(number, result)
        }
    }

    private func wakeWriter() {
        let writer = state.withLock { state in
            defer { state.writer = nil }
            return state.writer
        }
        writer?.resume()
    }

    private func complete(_ number: Int, _ result: Result<(bytes: [UInt8], crc32: UInt32), GzipError>) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            let index = number - state.first
            guard state.slots.indices.contains(index) else { return nil }
            state.slots[index].result = result
            guard index == 0 else { return nil }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }
}
