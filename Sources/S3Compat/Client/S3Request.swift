import GroundworkCrypto
import HTTPTypes

/// One operation before it is addressed, signed and sent.
struct S3Request: Sendable {
    /// S3's name for the operation.
    var operation: String
    var method: HTTPRequest.Method
    var bucket: String?
    var key: String?
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: HTTPBody?
    /// The SHA-256 of the body in hexadecimal digits, where it is signed.
    var payloadHash: String = SigV4Signer.emptyPayload
    /// Whether the transport may send it again by itself when a kept-alive connection turns out dead.
    var replay: HTTPRequestOptions.Replay = .automatic
    /// Whether much data moves: then each request in flight gets a connection of its own.
    var isBulk = false
    /// Whether the answer's body is read at the caller's pace: then the time for all tries does not bound it.
    var streams = false

    init(_ operation: String, _ method: HTTPRequest.Method, bucket: String? = nil, key: String? = nil) {
        self.operation = operation
        self.method = method
        self.bucket = bucket
        self.key = key
    }

    /// For messages; without any query.
    func resource(provider: S3Provider) -> String {
        guard let bucket else { return provider.endpoint.description }
        return "s3://\(bucket)" + (key.map { "/\(S3Request.printable($0))" } ?? "")
    }

    private static func isChecksum(_ name: String) -> Bool {
        let prefix = "x-amz-checksum-"
        guard name.hasPrefix(prefix) else { return name == "content-md5" }
        return !["algorithm", "type", "mode"].contains(name.dropFirst(prefix.count))
    }

    static func printable(_ key: String) -> String {
        String(
            String.UnicodeScalarView(
                key.unicodeScalars.prefix(256).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }
            )
        )
    }

    /// Takes a small document as the body; it is signed always.
    mutating func setDocument(_ bytes: [UInt8]) throws(S3Error) {
        body = .bytes(bytes)
        headers.append(("content-type", "application/xml"))
        do throws(CryptoError) { payloadHash = Hex.encode(try Digest.hash(.sha256, bytes)) } catch {
            throw S3Error(.localFailure, "The body cannot be hashed: \(error)", underlyingError: error)
        }
    }

    /// Takes data as the body, with the digests that go with it.
    mutating func setData(_ source: PartSource, _ digests: PartDigests, provider: S3Provider) {
        body = source.httpBody
        isBulk = source.length > 64 * 1024
        payloadHash = digests.sha256.map { Hex.encode($0) } ?? SigV4Signer.unsignedPayload
        // R2 and others take one checksum only.
        guard !headers.contains(where: { S3Request.isChecksum($0.name) }) else { return }
        switch provider.bodyChecksum.base {
        case .contentMD5:
            if let md5 = digests.md5 { headers.append(("content-md5", Base64.encode(md5))) }
        case .crc32c:
            if let crc = digests.crc32c {
                let bytes = (0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - 8 * $0)) }
                headers.append(("x-amz-checksum-crc32c", Base64.encode(bytes)))
            }
        case .none: break
        }
    }
}

extension S3Provider {
    /// Where a request goes: the `Host` and the encoded path, built once.
    func address(bucket: String?, key: String?, region: String) -> (host: String, path: String) {
        let endpoint = endpoint(inRegion: region)
        let encodedKey = key.map { PercentEncoding.path($0) }
        guard let bucket else { return (endpoint.authority, "\(endpoint.basePath)/") }
        if addressing == .virtualHost, isHostLabel(bucket) {
            return ("\(bucket).\(endpoint.authority)", "\(endpoint.basePath)/\(encodedKey ?? "")")
        }
        let path = "\(endpoint.basePath)/\(PercentEncoding.path(bucket))"
        return (endpoint.authority, encodedKey.map { "\(path)/\($0)" } ?? path)
    }

    /// A wildcard certificate covers one label: a bucket with dots goes into the path over https.
    private func isHostLabel(_ bucket: String) -> Bool {
        bucket.utf8.count <= 63
            && bucket.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
                    || (byte == 0x2E && !endpoint.isSecure)
            }
    }

    /// Whether the SHA-256 of data is signed.
    var signsPayload: Bool {
        switch payloadSigning.base {
        case .automatic: !endpoint.isSecure
        case .always: true
        case .never: false
        }
    }
}
