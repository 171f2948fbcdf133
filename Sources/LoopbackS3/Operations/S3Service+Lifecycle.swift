import GroundworkCore

/// Lifecycle rules are kept and given back; nothing expires by them.
extension S3Service {
    func putLifecycle(_ request: Request) async throws -> S3Answer {
        let name = try request.bucket()
        guard let document = try await receiveDocument(request), document.name == "LifecycleConfiguration" else {
            throw S3Failure.malformedXML()
        }
        let rules = document.children("Rule")
        guard (1...1000).contains(rules.count) else { throw S3Failure.malformedXML() }
        var ids: Set<String> = []
        for rule in rules {
            let status = rule.value("Status")
            guard status == "Enabled" || status == "Disabled",
                rule.child("Filter") != nil || rule.child("Prefix") != nil,
                rule.children.contains(where: { Self.actions.contains($0.name) })
            else { throw S3Failure.malformedXML() }
            for action in rule.children {
                for days in action.children where days.name == "Days" || days.name == "DaysAfterInitiation" {
                    guard let number = Int(days.text), number > 0 else {
                        throw S3Failure.invalidArgument(
                            "'\(days.name)' for \(action.name) action must be a positive integer",
                            days.name,
                            days.text
                        )
                    }
                }
            }
            guard let id = rule.value("ID") else { continue }
            guard id.unicodeScalars.count <= 255, ids.insert(id).inserted else {
                throw S3Failure.invalidArgument("Rule ID must be unique and at most 255 characters.", "ID", id)
            }
        }
        try state.withLock { state throws(S3Failure) in
            _ = try state.bucket(name)
            state.buckets[name]?.lifecycle = document
        }
        return S3Answer()
    }

    private static let actions: Set<String> = [
        "Expiration", "AbortIncompleteMultipartUpload", "Transition", "NoncurrentVersionExpiration",
        "NoncurrentVersionTransition",
    ]

    func getLifecycle(_ request: Request) throws(S3Failure) -> S3Answer {
        let name = try request.bucket()
        let lifecycle = try state.withLock { state throws(S3Failure) in try state.bucket(name).lifecycle }
        guard let lifecycle else {
            throw S3Failure(
                404,
                "NoSuchLifecycleConfiguration",
                "The lifecycle configuration does not exist",
                [("BucketName", name)]
            )
        }
        return .document(
            XMLText.document(lifecycle.name) { xml in for child in lifecycle.children { write(child, &xml) } }
        )
    }

    private func write(_ element: XMLElement, _ xml: inout XMLText) {
        guard !element.children.isEmpty else {
            xml.element(element.name, element.text)
            return
        }
        xml.element(element.name) { xml in for child in element.children { write(child, &xml) } }
    }

    func deleteLifecycle(_ request: Request) throws(S3Failure) -> S3Answer {
        let name = try request.bucket()
        try state.withLock { state throws(S3Failure) in
            _ = try state.bucket(name)
            state.buckets[name]?.lifecycle = nil
        }
        return .noContent
    }
}
