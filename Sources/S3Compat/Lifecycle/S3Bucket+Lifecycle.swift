import GroundworkCore
import HTTPTypes

extension S3Bucket {
    /// Lets the store delete objects and unfinished uploads by age, in one line:
    ///
    ///     try await bucket.setLifecycle(prefix: "backup/", expireAfterDays: 35, abortIncompleteAfterDays: 2)
    ///
    /// The rule of the same name is replaced, all others of the bucket are kept. The store has no way to do that in one
    /// step: two programs that change rules at the same time may lose one.
    /// - Parameters:
    ///   - prefix: the keys that it is about begin with this; empty for the whole bucket.
    ///   - expireAfterDays: objects are deleted so many days after they were stored; nil: never.
    ///   - abortIncompleteAfterDays: unfinished uploads are thrown away so many days after they were begun; nil: never.
    ///   - id: the rule's name; nil makes one from the prefix.
    /// - Throws: ``S3Error``, with ``S3Error/Code/notImplemented`` where a store has no rules.
    public func setLifecycle(
        prefix: String = "",
        expireAfterDays: Int? = nil,
        abortIncompleteAfterDays: Int? = nil,
        id: String? = nil
    ) async throws {
        let name = id ?? "groundwork-\(prefix.isEmpty ? "all" : prefix)"
        var rule = S3LifecycleRule(id: String(name.unicodeScalars.prefix(255)), prefix: prefix)
        rule.expirationDays = expireAfterDays
        rule.abortIncompleteUploadDays = abortIncompleteAfterDays
        try rule.check()
        var rules = try await lifecycleRules()
        if let index = rules.firstIndex(where: { $0.id == rule.id }) { rules[index] = rule } else { rules.append(rule) }
        try await replaceLifecycleRules(rules)
    }

    /// The bucket's lifecycle rules; empty when there are none.
    /// - Throws: ``S3Error``.
    public func lifecycleRules() async throws -> [S3LifecycleRule] {
        let operation = "GetBucketLifecycleConfiguration"
        var request = try request(operation, .get, key: nil)
        request.query = [("lifecycle", "")]
        let body: [UInt8]
        do {
            (_, body) = try await client.collect(request)
        } catch let error as S3Error where error.code == .noSuchLifecycleConfiguration {
            return []
        }
        return try decode(body, root: "LifecycleConfiguration", of: operation) { (reader) throws(XMLError) in
            var rules: [S3LifecycleRule] = []
            try reader.children { (reader, name) throws(XMLError) in
                if name == "Rule" { rules.append(try S3LifecycleRule(&reader)) }
            }
            return rules
        }
    }

    /// Replaces all lifecycle rules of the bucket; an empty list removes them.
    /// - Throws: ``S3Error``.
    public func replaceLifecycleRules(_ rules: [S3LifecycleRule]) async throws {
        guard !rules.isEmpty else {
            try await removeLifecycleRules()
            return
        }
        guard rules.count <= 1000 else {
            throw S3Error(.invalidArgument, "A bucket has at most 1,000 lifecycle rules; these are \(rules.count).")
        }
        for rule in rules { try rule.check() }
        var writer = XMLWriter()
        writer.element("LifecycleConfiguration", namespace: XMLWriter.namespace) { writer in
            for rule in rules { rule.write(&writer) }
        }
        var request = try request("PutBucketLifecycleConfiguration", .put, key: nil)
        request.query = [("lifecycle", "")]
        try request.setDocument(writer.bytes)
        // S3 asks for a digest of this document, and every store knows this one.
        let md5 = try await PartDigests.of(.bytes(writer.bytes), DigestNeeds(md5: true)).md5 ?? []
        request.headers.append(("content-md5", Base64.encode(md5)))
        _ = try await client.collect(request)
    }

    /// Removes all lifecycle rules of the bucket. None is no error.
    /// - Throws: ``S3Error``.
    public func removeLifecycleRules() async throws {
        var request = try request("DeleteBucketLifecycle", .delete, key: nil)
        request.query = [("lifecycle", "")]
        do {
            _ = try await client.collect(request)
        } catch let error as S3Error where error.code == .noSuchLifecycleConfiguration {
            // Some stores answer 404.
        }
    }
}
