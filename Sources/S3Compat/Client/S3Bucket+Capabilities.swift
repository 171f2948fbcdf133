import HTTPTypes

extension S3Bucket {
    /// Whether this store keeps to `If-None-Match: *`, as the profile says or as a probe finds out; asked once.
    func conditionalPut() async throws -> ObjectStoreCapabilities.Support {
        if provider.conditionalPut != .unknown { return provider.conditionalPut }
        if let known = client.learned.withLock({ $0.conditionalPut["put \(name)"] }) { return known }
        let support = try await probe { key in
            var request = try request("PutObject", .put, key: key)
            request.headers = [("if-none-match", "*")]
            request.replay = .ifNothingSent
            _ = try await send(data: .bytes(Array("probe".utf8)), with: request)
        }
        remember(support, as: "put \(name)")
        return support
    }

    /// The same for the completion of uploads in parts.
    func conditionalComplete() async throws -> ObjectStoreCapabilities.Support {
        if provider.conditionalComplete != .unknown { return provider.conditionalComplete }
        if let known = client.learned.withLock({ $0.conditionalPut["complete \(name)"] }) { return known }
        let support = try await probe { key in
            let upload = try await createMultipartUpload(key)
            do {
                let part = try await uploadPart(upload, number: 1, Array("probe".utf8))
                try await completeMultipartUpload(upload, parts: [part], condition: .ifAbsent)
            } catch {
                await abandon(upload)
                throw error
            }
        }
        remember(support, as: "complete \(name)")
        return support
    }

    /// What was denied is asked again: rights come and go.
    private func remember(_ support: ObjectStoreCapabilities.Support, as name: String) {
        guard support != .unknown else { return }
        client.learned.withLock { learned in
            if learned.conditionalPut.count >= 1024 { learned.conditionalPut.removeAll() }
            learned.conditionalPut[name] = support
        }
    }

    /// Stores a small object under a random key, and then does `overwrite`, which a store that keeps to conditions
    /// refuses. The object is deleted in the end. Where the key has no right to store it, the answer is unknown.
    private func probe(_ overwrite: (String) async throws -> Void) async throws -> ObjectStoreCapabilities.Support {
        let key = "\(probePrefix).groundwork-probe/\(Hex.encode(SystemRandom().bytes(16)))"
        var isStored = false
        let outcome: Result<Void, any Error>
        do {
            _ = try await send(data: .bytes(Array("probe".utf8)), with: try request("PutObject", .put, key: key))
            isStored = true
            outcome = .success(try await overwrite(key))
        } catch {
            outcome = .failure(error)
        }
        // Also when the first put was cancelled or its answer lost: it may have been done all the same.
        if isStored || outcome.mayHaveStored {
            let bucket = self
            _ = await Task { try? await bucket.deleteObject(key) }.value
        }
        switch outcome {
        case .success: return .unsupported
        case .failure(let error as S3Error) where error.code == .accessDenied: return .unknown
        case .failure(let error as S3Error) where isStored:
            if error.code == .preconditionFailed { return .enforced }
            let refusals: [S3Error.Code] = [.notImplemented, .methodNotAllowed]
            if refusals.contains(error.code) || error.httpStatus == 400 { return .unsupported }
            throw error
        case .failure(let error): throw error
        }
    }

    func requireConditionalPut() async throws {
        switch try await conditionalPut() {
        case .enforced: return
        case .unsupported: throw unsupportedCondition("")
        case .unknown: throw deniedProbe
        }
    }

    func requireConditionalComplete() async throws {
        switch try await conditionalComplete() {
        case .enforced: return
        case .unsupported:
            throw unsupportedCondition(" for uploads in parts; an object of up to one part can be stored so")
        case .unknown: throw deniedProbe
        }
    }

    private var deniedProbe: S3Error {
        S3Error(
            .accessDenied,
            "Whether the store \(provider.name) keeps to conditions of a put cannot be found out: the key may not store and "
                + "replace an object below \(probePrefix).groundwork-probe/. Allow it, or set probePrefix to a folder "
                + "where the key may. Nothing was stored.",
            operation: "PutObject",
            resource: "s3://\(name)"
        )
    }

    private func unsupportedCondition(_ detail: String) -> S3Error {
        S3Error(
            .unsupported,
            "The store \(provider.name) does not keep to conditions of a put\(detail). Nothing was stored.",
            operation: "PutObject",
            resource: "s3://\(name)"
        )
    }
}

extension Result<Void, any Error> {
    /// Whether a put that failed so may have been done.
    fileprivate var mayHaveStored: Bool {
        guard case .failure(let error) = self else { return true }
        return error is CancellationError || (error as? S3Error)?.code == .outcomeUnknown
    }
}
