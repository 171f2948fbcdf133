package import GroundworkCrypto

/// The signing keys of the present day, one for each region and access key: four HMACs are saved for every request.
package final class SigningKeyCache: Sendable {
    private struct Entry {
        let day: String
        let region: String
        let accessKeyID: String
        let secret: Secret<String>
        let key: HMACKey
    }

    private static let capacity = 8
    private let entries = Locked<[Entry]>([])

    package init() {}

    /// The key for a day such as `20130524`.
    package func key(
        day: String,
        region: String,
        credentials: S3Credentials
    ) throws(CryptoError) -> HMACKey {
        let cached = entries.withLock { entries in
            entries.first {
                $0.day == day && $0.region == region && $0.accessKeyID == credentials.accessKeyID
                    && $0.secret == credentials.secretAccessKey
            }?.key
        }
        if let cached { return cached }
        let key = try Self.derive(day: day, region: region, secret: credentials.secretAccessKey)
        let entry = Entry(
            day: day,
            region: region,
            accessKeyID: credentials.accessKeyID,
            secret: credentials.secretAccessKey,
            key: key
        )
        entries.withLock { entries in
            entries.removeAll { $0.day != day && $0.region == region && $0.accessKeyID == entry.accessKeyID }
            if entries.count >= Self.capacity { entries.removeFirst() }
            entries.append(entry)
        }
        return key
    }

    /// Source: Signature Version 4, "Derive a signing key".
    package static func derive(day: String, region: String, secret: Secret<String>) throws(CryptoError) -> HMACKey {
        let seed = secret.withValue { Array("AWS4\($0)".utf8) }
        var key = seed
        for word in [day, region, "s3", "aws4_request"] {
            key = try HMACKey(.sha256, key: key).authenticate(Array(word.utf8))
        }
        return try HMACKey(.sha256, key: key)
    }
}
