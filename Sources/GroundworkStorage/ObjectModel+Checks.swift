extension ObjectPutOptions {
    /// With the names of the metadata in lower case.
    /// - Throws: ``ObjectStoreError/Code/unsupported`` for names or values that no store over HTTP could keep.
    package func normalized(key: String, store: String) throws(ObjectStoreError) -> ObjectPutOptions {
        var result = self
        result.metadata = [:]
        for (name, value) in metadata {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
            else {
                throw ObjectStoreError(
                    .unsupported,
                    "The metadata \(name.debugDescription) of \(key.debugDescription) is not printable ASCII. "
                        + "Encode it, as base64 for example.",
                    key: key,
                    store: store
                )
            }
            result.metadata[name.lowercasedASCII()] = value
        }
        return result
    }
}

extension ObjectInfo {
    /// Cuts a wanted range to the object.
    /// - Throws: ``ObjectStoreError/Code/invalidRange`` when it begins at or behind the end.
    package func clamp(_ wanted: Range<Int64>?, store: String) throws(ObjectStoreError) -> Range<Int64> {
        guard let wanted else { return 0..<size }
        guard wanted.lowerBound >= 0, wanted.lowerBound < size, !wanted.isEmpty else {
            throw ObjectStoreError(
                .invalidRange,
                "The range \(wanted) does not begin within the \(size) bytes of \(key.debugDescription).",
                key: key,
                store: store
            )
        }
        return wanted.lowerBound..<min(wanted.upperBound, size)
    }
}
