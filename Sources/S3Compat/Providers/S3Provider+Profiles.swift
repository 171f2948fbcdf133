/// The profiles.
extension S3Provider {
    /// Amazon S3 in a region, such as `eu-central-1`.
    /// - Throws: ``S3Error`` when the region is not the name of one.
    public static func aws(region: String) throws(S3Error) -> S3Provider {
        let region = region.trimmingASCIIWhitespace()
        guard isRegionName(region), region != "auto" else {
            throw .configuration(
                "\"\(printable(region))\" is no AWS region; write one such as eu-central-1."
                    + (region == "auto" ? " The region auto belongs to Cloudflare R2." : "")
            )
        }
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return aws(endpoint: S3Endpoint(isSecure: true, host: "s3.\(region).\(suffix)"), region: region)
    }

    static func aws(endpoint: S3Endpoint, region: String) -> S3Provider {
        var provider = S3Provider(name: "AWS S3", endpoint: endpoint, region: region)
        provider.addressing = .virtualHost
        provider.bodyChecksum = .crc32c
        provider.etag = .md5
        provider.multipartETag = .md5
        provider.conditionalPut = .enforced
        provider.conditionalComplete = .enforced
        provider.checksBodies = true
        return provider
    }

    /// Cloudflare R2.
    ///
    /// Its region is `auto`; parts must all have one length; ETags of uploads in parts are random, so each part carries
    /// its MD5 instead. Source: the R2 documentation, "S3 API compatibility" and "Error codes".
    /// - Parameters:
    ///   - accountID: the account's 32 hexadecimal digits.
    ///   - jurisdiction: `eu` or `fedramp` for buckets that are bound to one.
    /// - Throws: ``S3Error`` when the account ID is not one.
    public static func r2(accountID: String, jurisdiction: String? = nil) throws(S3Error) -> S3Provider {
        let account = accountID.trimmingASCIIWhitespace().lowercasedASCII()
        guard account.utf8.count == 32, Hex.decode(account) != nil else {
            throw .configuration(
                "The R2 account ID must be the 32 hexadecimal digits that the dashboard shows, without a URL around it."
            )
        }
        var host = account
        if let jurisdiction = jurisdiction?.trimmingASCIIWhitespace().lowercasedASCII(), !jurisdiction.isEmpty {
            guard ["eu", "fedramp"].contains(jurisdiction) else {
                throw .configuration(
                    "\"\(printable(jurisdiction))\" is no jurisdiction of R2: there are eu and fedramp."
                )
            }
            host += ".\(jurisdiction)"
        }
        return r2(endpoint: S3Endpoint(isSecure: true, host: "\(host).r2.cloudflarestorage.com"))
    }

    static func r2(endpoint: S3Endpoint) -> S3Provider {
        var provider = S3Provider(name: "Cloudflare R2", endpoint: endpoint, region: "auto")
        provider.bodyChecksum = .contentMD5
        provider.etag = .perhapsMD5
        provider.multipartETag = .opaque
        provider.conditionalPut = .enforced
        provider.checksBodies = true
        provider.parts.maximumSize = 5_363_466_240
        provider.parts.maximumWholeSize = 5_363_466_240
        provider.deleteBatchSize = 500
        provider.learnsRegion = false
        return provider
    }

    /// A MinIO server, such as `http://127.0.0.1:9000`.
    public static func minio(endpoint: String, region: String = "us-east-1") throws(S3Error) -> S3Provider {
        var provider = try hosted(name: "MinIO", endpoint: endpoint, region: region)
        provider.bodyChecksum = .contentMD5
        provider.etag = .md5
        provider.multipartETag = .md5
        provider.conditionalPut = .enforced
        provider.conditionalComplete = .enforced
        provider.checksBodies = true
        provider.listsUploads = false
        provider.keepsAnyKey = false
        return provider
    }

    /// A Ceph Object Gateway.
    public static func ceph(endpoint: String, region: String = "us-east-1") throws(S3Error) -> S3Provider {
        var provider = try hosted(name: "Ceph", endpoint: endpoint, region: region)
        provider.bodyChecksum = .contentMD5
        provider.etag = .md5
        provider.multipartETag = .md5
        provider.checksBodies = true
        return provider
    }

    /// A SeaweedFS server.
    ///
    /// It keeps objects in a tree of directories, so keys such as `a//b` or `../x` are refused or changed.
    public static func seaweedfs(endpoint: String, region: String = "us-east-1") throws(S3Error) -> S3Provider {
        var provider = try hosted(name: "SeaweedFS", endpoint: endpoint, region: region)
        provider.bodyChecksum = .contentMD5
        provider.keepsAnyKey = false
        return provider
    }

    /// Any store, by its endpoint. A host of AWS or R2 selects that profile.
    /// - Parameters:
    ///   - endpoint: the URL of the store, without a bucket.
    ///   - region: nil means the one that the host's name tells, else `us-east-1`.
    /// - Throws: ``S3Error`` when the endpoint is not the URL of one.
    public static func custom(endpoint: String, region: String? = nil) throws(S3Error) -> S3Provider {
        let parsed = try parse(endpoint)
        let region = region?.trimmingASCIIWhitespace()
        switch parsed.family {
        case .aws:
            try checkAWS(parsed)
            guard let told = awsRegion(of: parsed.host) ?? region else {
                return .aws(endpoint: parsed, region: "us-east-1")
            }
            if let region, region != told, !region.isEmpty {
                throw .configuration(
                    "The endpoint \(parsed) is in region \(told), but the region is set to \(printable(region))."
                        + (region == "auto" ? " The region auto belongs to Cloudflare R2." : "")
                )
            }
            return .aws(endpoint: parsed, region: told)
        case .r2:
            try checkR2(parsed)
            if let region, !["", "auto", "us-east-1", "wnam", "enam", "weur", "eeur", "apac", "oc"].contains(region) {
                throw .configuration(
                    "The endpoint \(parsed) belongs to Cloudflare R2, whose region is auto, not \(printable(region))."
                )
            }
            return .r2(endpoint: parsed)
        case .other:
            return try hosted(name: parsed.host, endpoint: endpoint, region: region ?? "us-east-1")
        }
    }

    private static func hosted(name: String, endpoint: String, region: String) throws(S3Error) -> S3Provider {
        let parsed = try parse(endpoint)
        let region = region.trimmingASCIIWhitespace()
        guard isRegionName(region.isEmpty ? "us-east-1" : region) else {
            throw .configuration("\"\(printable(region))\" is no name of a region.")
        }
        var provider = S3Provider(name: name, endpoint: parsed, region: region.isEmpty ? "us-east-1" : region)
        provider.strictBucketNames = false
        try provider.check()
        return provider
    }
}
