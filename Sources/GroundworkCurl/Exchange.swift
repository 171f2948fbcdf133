import GroundworkCore
import GroundworkHTTP

/// One request on its way, as both the caller's task and the engine's thread see it.
final class Exchange: Sendable {
    let request: PreparedRequest
    let sink: (any HTTPBodySink)?
    let response: ResponseChannel
    /// When the call began, on the engine's clock.
    let began: Int64
    private let mailbox: EngineMailbox
    private let pump = Locked<Task<Void, Never>?>(nil)

    init(_ request: PreparedRequest, sink: (any HTTPBodySink)?, highWaterMark: Int, mailbox: EngineMailbox) {
        self.request = request
        self.sink = sink
        self.mailbox = mailbox
        began = EngineClock.now()
        response = ResponseChannel(highWaterMark: highWaterMark)
    }

    /// Sends the request, and its body's chunks from a task of their own.
    func start(_ chunks: HTTPBody.Chunks?) {
        mailbox.post(.start(self))
        guard case .stream(let queue, let length) = request.upload, let chunks else { return }
        let task = Task { @concurrent in
            do {
                try await queue.pump(chunks, declared: length) { self.mailbox.post(.resumeSending(self)) }
            } catch {
                self.mailbox.post(.cancel(self, self.bodyError(error)))
            }
        }
        let isOver = pump.withLock { pump in
            pump = task
            return response.isFinished
        }
        if isOver { task.cancel() }
    }

    private func bodyError(_ error: any Error) -> any Error {
        if var error = error as? HTTPTransportError, error.code == .bodyLengthMismatch {
            error.method = request.original.method
            error.target = HTTPTransportError.target(of: request.original)
            return error
        }
        return HTTPTransportError(
            .bodySourceFailed,
            "The source of the request's body failed: \(error)",
            request: request.original,
            underlyingError: error
        )
    }

    /// Waits for the head of the response.
    func head() async throws -> HTTPResponse {
        try await withTaskCancellationHandler {
            try await response.head()
        } onCancel: {
            cancel()
        }
    }

    /// Waits until all of the response is in the sink.
    func end() async throws -> ResponseChannel.SinkResult {
        try await withTaskCancellationHandler {
            try await response.end()
        } onCancel: {
            cancel()
        }
    }

    /// The next chunk of the response's body.
    func nextChunk() async throws -> [UInt8]? {
        if Task.isCancelled {
            cancel()
            throw CancellationError()
        }
        var ready = response.poll()
        if case .nothing = ready {
            ready = await withTaskCancellationHandler {
                await response.chunk()
            } onCancel: {
                cancel()
            }
        }
        switch ready {
        case .chunk(let chunk, let resumes):
            if resumes { mailbox.post(.resumeReceiving(self)) }
            return chunk
        case .failure(let error):
            throw error
        case .nothing:
            return nil
        }
    }

    /// Ends the exchange wherever it stands.
    func cancel() {
        if !response.isFinished { mailbox.post(.cancel(self, CancellationError())) }
    }

    /// Called by the engine as the last thing.
    func finish(
        _ outcome: Result<ResponseChannel.SinkResult?, any Error>,
        head: HTTPResponse? = nil,
        chunk: [UInt8] = []
    ) {
        if case .bytes(let bytes, _) = request.upload { bytes.release() }
        response.finish(outcome, head: head, chunk: chunk)
        guard case .stream(let queue, _) = request.upload else { return }
        queue.close()
        pump.withLock { pump in
            defer { pump = nil }
            return pump
        }?.cancel()
    }
}
