import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import HTTPTypes

/// The server without its sockets: a request in, an answer out.
final class LoopbackS3Core: Sendable {
    let service: S3Service
    let log = Locked<[LoopbackS3Request]>([])
    let plan = Locked(FaultPlan())
    let clockOffset = Locked<Duration>(.zero)
    private let settings: LoopbackS3Server.Configuration

    init(_ settings: LoopbackS3Server.Configuration) throws {
        self.settings = settings
        var directory: String?
        if case .directory(let path) = settings.storage.base {
            let folder = "\(path)/loopback-s3-\(Hex.encode(SystemRandom().bytes(8)))"
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            directory = folder
        }
        service = S3Service(settings: settings, state: Locked(S3State()), directory: directory)
        for name in settings.buckets { createBucket(name) }
    }

    func createBucket(_ name: String) {
        service.state.withLock {
            if $0.buckets[name] == nil { $0.buckets[name] = StoredBucket(created: now) }
        }
    }

    func cleanUp() {
        service.state.withLock { $0 = S3State() }
        if let directory = service.directory { try? FileManager.default.removeItem(atPath: directory) }
    }

    private var now: Date {
        settings.time.now.addingTimeInterval(clockOffset.withLock { $0 }.seconds)
    }

    /// Answers a request and writes it down.
    func answer(_ request: LoopbackRequest) async throws -> LoopbackResponse {
        let id = Hex.encode(SystemRandom().bytes(8), uppercase: true)
        let call: S3Call
        do throws(S3Failure) {
            call = try S3Call(request.head, domain: settings.virtualHostDomain)
        } catch {
            return S3ResponseWriter(now: now, requestID: id, isHead: request.head.method == .head)
                .response(error, resource: request.head.path ?? "/")
        }
        let writer = S3ResponseWriter(now: now, requestID: id, isHead: call.method == .head)
        let fault = plan.withLock { $0.next(for: call) }?.base
        var response: LoopbackResponse
        var code: String?
        do {
            if let early = try await beforeWork(fault, request, writer, call) {
                response = early.response
                code = early.code
            } else {
                response = writer.response(try await work(request, call), fault: fault)
            }
        } catch let failure as S3Failure {
            response = writer.response(failure, resource: call.path)
            code = failure.code
        }
        try await afterWork(fault, &response)
        let answered = response.fault == .closeWithoutAnswer || response.fault == .hang ? nil : response.status.code
        log.withLock {
            $0.append(
                LoopbackS3Request(call, connectionID: request.connectionID, status: answered, errorCode: code)
            )
        }
        return response
    }

    private func work(_ request: LoopbackRequest, _ call: S3Call) async throws -> S3Answer {
        let verifier = SignatureVerifier(
            accessKeyID: settings.accessKeyID,
            secretAccessKey: settings.secretAccessKey,
            sessionToken: settings.sessionToken,
            region: settings.region,
            acceptedRegions: settings.acceptedRegions,
            now: now
        )
        let verified = try verifier.verify(call)
        return try await service.carryOut(
            S3Service.Request(call: call, verified: verified, body: request.body, now: now)
        )
    }

    /// The faults that take the place of the work.
    private func beforeWork(
        _ fault: LoopbackS3Fault.Base?,
        _ request: LoopbackRequest,
        _ writer: S3ResponseWriter,
        _ call: S3Call
    ) async throws -> (response: LoopbackResponse, code: String?)? {
        var response = LoopbackResponse(status: .ok)
        switch fault {
        case .error(let status, let code, let message, let retryAfter):
            for try await _ in request.body {}
            var failure = S3Failure(status, code, message)
            if let retryAfter { failure.headers.append(("Retry-After", "\(retryAfter)")) }
            return (writer.response(failure, resource: call.path), code)
        case .errorInSuccess(let code, let message):
            for try await _ in request.body {}
            return (writer.response(S3Failure(200, code, message), resource: call.path), code)
        case .hang:
            for try await _ in request.body {}
            response.fault = .hang
        case .closeBeforeWork:
            for try await _ in request.body {}
            response.fault = .closeWithoutAnswer
        case .closeDuringRequestBody(let limit):
            var count = 0
            for try await chunk in request.body {
                count += chunk.count
                if count >= limit { break }
            }
            response.fault = .closeWithoutAnswer
        default:
            return nil
        }
        return (response, nil)
    }

    /// The faults that spoil the way back.
    private func afterWork(_ fault: LoopbackS3Fault.Base?, _ response: inout LoopbackResponse) async throws {
        switch fault {
        case .delay(let duration): try await settings.time.sleep(for: duration)
        case .closeAfterWork: response.fault = .closeWithoutAnswer
        case .resetResponse(let count): response.fault = .resetAfterBodyBytes(count)
        case .truncateResponse(let count): response.fault = .truncateBody(afterBytes: count)
        default: break
        }
    }
}
