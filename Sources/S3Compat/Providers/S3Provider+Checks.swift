/// Whether endpoint and profile fit together.
extension S3Provider {
    /// - Throws: ``S3Error/Code/endpointMismatch`` when an AWS endpoint meets another profile, or R2's does.
    func check() throws(S3Error) {
        switch (endpoint.family, name) {
        case (.aws, "AWS S3"): try Self.checkAWS(endpoint)
        case (.r2, "Cloudflare R2"): try Self.checkR2(endpoint)
        case (.aws, _):
            throw S3Error(
                .endpointMismatch,
                "The endpoint \(endpoint) belongs to AWS, but the profile is that of \(name)."
                    + (name == "Cloudflare R2"
                        ? " R2's endpoint is https://<account ID>.r2.cloudflarestorage.com." : " Use the AWS profile.")
            )
        case (.r2, _):
            throw S3Error(
                .endpointMismatch,
                "The endpoint \(endpoint) belongs to Cloudflare R2, but the profile is that of \(name). Use the R2 profile."
            )
        case (.other, "Cloudflare R2") where !endpoint.isLoopback:
            throw S3Error(
                .endpointMismatch,
                "The profile is that of Cloudflare R2, but \(endpoint) is none of its endpoints, "
                    + "which are https://<account ID>.r2.cloudflarestorage.com."
            )
        case (.other, _): break
        }
        guard Self.isRegionName(region) else {
            throw .configuration("\"\(Self.printable(region))\" is no name of a region.")
        }
        guard parts.minimumSize > 0, parts.minimumSize <= parts.maximumSize, parts.maximumCount > 0,
            (0...1000).contains(deleteBatchSize)
        else { throw .configuration("The profile's rules for parts or batches contradict each other.") }
    }

    static func parse(_ text: String) throws(S3Error) -> S3Endpoint {
        do throws(TextParsingError) { return try S3Endpoint(parsing: text) } catch {
            throw .configuration("The endpoint is not usable: \(error.reason). It must be \(S3Endpoint.expectedText).")
        }
    }

    static func checkAWS(_ endpoint: S3Endpoint) throws(S3Error) {
        try checkNoPath(endpoint)
        let labels = endpoint.host.split(separator: ".").map(String.init)
        guard let first = labels.first, first == "s3" || first.hasPrefix("s3-") else {
            let place = labels.firstIndex { $0 == "s3" || $0.hasPrefix("s3-") } ?? 0
            throw .configuration(
                place > 0
                    ? "The endpoint \(endpoint) begins with a bucket's name. Give "
                        + "https://\(labels[place...].joined(separator: ".")) as the endpoint and "
                        + "\(labels[..<place].joined(separator: ".")) as the bucket."
                    : "The endpoint \(endpoint) is none of S3's; they are https://s3.<region>.amazonaws.com."
            )
        }
    }

    static func checkR2(_ endpoint: S3Endpoint) throws(S3Error) {
        try checkNoPath(endpoint)
        guard endpoint.isSecure else {
            throw .configuration("R2 is spoken to over https only; the endpoint says http.")
        }
        let labels = endpoint.host.dropLast(".r2.cloudflarestorage.com".count).split(separator: ".").map(String.init)
        guard let account = labels.first(where: { $0.utf8.count == 32 && Hex.decode($0) != nil }) else {
            throw .configuration(
                "The endpoint \(endpoint) has no account ID: it must be https://<account ID>.r2.cloudflarestorage.com, "
                    + "where the account ID is 32 hexadecimal digits."
            )
        }
        guard labels.first == account else {
            throw .configuration(
                "The endpoint \(endpoint) begins with a bucket's name. Give https://\(account).r2.cloudflarestorage.com as "
                    + "the endpoint and \(labels[0]) as the bucket."
            )
        }
    }

    private static func checkNoPath(_ endpoint: S3Endpoint) throws(S3Error) {
        guard endpoint.basePath.isEmpty else {
            throw .configuration(
                "The endpoint \(endpoint) holds a path. Give \(endpoint.scheme)://\(endpoint.authority) as the endpoint and "
                    + "\(endpoint.basePath.dropFirst()) as the bucket."
            )
        }
    }

    static func isRegionName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || byte == 0x2D || byte == 0x5F
            }
    }

    /// Text from outside, fit for a message.
    static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(80).filter { $0.value >= 0x20 && $0.value != 0x7F }))
    }

    /// `s3.eu-west-1.amazonaws.com`, `s3-eu-west-1.amazonaws.com`, `s3.dualstack.eu-west-1.amazonaws.com`.
    static func awsRegion(of host: String) -> String? {
        let labels = host.split(separator: ".").map(String.init)
        for label in labels {
            let name =
                label.hasPrefix("s3-fips-")
                ? String(label.dropFirst(8))
                : label.hasPrefix("s3-")
                    ? String(label.dropFirst(3)) : label
            if isAWSRegion(name) { return name }
        }
        return nil
    }

    static func isAWSRegion(_ text: String) -> Bool {
        let words = text.split(separator: "-")
        return words.count >= 3 && words.count <= 5 && (words.last.map { $0.allSatisfy(\.isNumber) } ?? false)
    }

    static func awsHost(_ host: String, movedTo region: String) -> String? {
        guard isAWSRegion(region) else { return nil }
        if let old = awsRegion(of: host), let range = host.firstRange(of: old) {
            return host[..<range.lowerBound] + region + host[range.upperBound...]
        }
        return host == "s3.amazonaws.com" ? "s3.\(region).amazonaws.com" : nil
    }
}

extension S3Endpoint {
    /// Whether the host is this machine: test servers play any store.
    var isLoopback: Bool { host == "localhost" || host.hasPrefix("127.") || host == "[::1]" }
}
