import FoundationEssentials

/// What a start-up check found, step by step.
public struct S3CheckReport: Sendable, CustomStringConvertible {
    /// One step.
    public struct Step: Sendable {
        /// What was proved, such as "store an object".
        public var name: String
        /// What is wrong and how to mend it; nil when the step passed.
        public var failure: S3Error?
    }

    /// The steps in order; after one that failed, those that depend on it are left out.
    public var steps: [Step] = []
    /// How far the store's clock is ahead of this machine's, where an answer told; in seconds.
    public var clockSkew: Double?

    /// Whether every step passed.
    public var isHealthy: Bool { steps.allSatisfy { $0.failure == nil } }

    /// A line for each step.
    public var description: String {
        steps.map { step in
            step.failure.map { "FAILED \(step.name): \($0)" } ?? "ok     \(step.name)"
        }.joined(separator: "\n")
    }
}

extension S3Bucket {
    /// Proves at start-up that endpoint, credentials, clock, bucket and permissions are right, and says in words what is
    /// wrong. It stores, reads and deletes one small object below `prefix`.
    /// - Parameters:
    ///   - prefix: where the program may write.
    ///   - writes: false leaves out storing and deleting.
    public func check(prefix: String = "", writes: Bool = true) async -> S3CheckReport {
        var report = S3CheckReport()
        func step(_ name: String, _ body: () async throws -> Void) async -> Bool {
            do {
                try await body()
                report.steps.append(S3CheckReport.Step(name: name))
                return true
            } catch {
                let request = S3Request(name, .get, bucket: self.name)
                report.steps.append(
                    S3CheckReport.Step(name: name, failure: S3Error(error, request: request, provider: provider))
                )
                return false
            }
        }
        let key = "\(prefix).groundwork-check/\(Hex.encode(SystemRandom().bytes(8)))"
        let place = "reach \(provider.endpoint) with these credentials and this clock, and list s3://\(name)"
        let isListed = await step(place) {
            // Not HEAD: its answer has no body, and the reason stands in the body.
            var options = ObjectListOptions()
            options.prefix = prefix
            options.pageSize = 1
            _ = try await listObjects(options)
        }
        if isListed, writes { await checkWriting(key, step) }
        let skew = client.learned.withLock { $0.skew }
        if skew != 0 { report.clockSkew = skew }
        return report
    }

    private func checkWriting(_ key: String, _ step: (String, () async throws -> Void) async -> Bool) async {
        let bytes = Array("groundwork".utf8)
        guard await step("store an object", { _ = try await upload(key, .bytes(bytes)) }) else { return }
        _ = await step("read it back") {
            var read: [UInt8] = []
            for try await chunk in try await getObject(key).content { read += chunk }
            guard read == bytes else {
                throw S3Error(.corrupted, "What was read is not what was stored.", resource: resource(key))
            }
        }
        // Also when it cannot be read.
        _ = await step("delete it") { try await deleteObject(key) }
    }
}
