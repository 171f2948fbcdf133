extension S3Client.Configuration {
    /// Reads the configuration from environment variables.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `AWS_S3_ENDPOINT` (or `AWS_ENDPOINT_URL_S3`) | URL of the endpoint, without a bucket. A host of AWS or R2 selects that profile. |
    /// | `AWS_S3_REGION` (or `AWS_REGION`, `AWS_DEFAULT_REGION`) | the region; alone it selects AWS. `auto` for R2. |
    /// | `AWS_S3_FORCE_PATH_STYLE` | `true`: buckets go into the path; `false`: into the host. Unset: as the profile says. |
    /// | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | credentials, read again for every attempt. |
    /// | `R2_ACCOUNT_ID` | selects Cloudflare R2 where no endpoint is set. |
    /// | `R2_ACCESS_KEY_ID`, `R2_SECRET_ACCESS_KEY` | credentials for R2; there they go before the AWS pair. |
    ///
    /// The bucket, `AWS_S3_BUCKET` or `R2_BUCKET_NAME`, is read by ``S3Bucket/init(environment:transport:)``.
    /// - Parameters:
    ///   - environment: nil means the process's own.
    ///   - transport: nil means libcurl, shared by all clients of the process.
    /// - Throws: ``S3Error`` that names the variable; an AWS endpoint beside `R2_ACCOUNT_ID` is
    ///   ``S3Error/Code/endpointMismatch``.
    public init(environment: [String: String]? = nil, transport: (any HTTPTransport)? = nil) throws(S3Error) {
        let provider = try S3Environment(environment ?? S3Environment.process).provider()
        let credentials =
            if let environment {
                S3EnvironmentCredentials(for: provider) { environment }
            } else {
                S3EnvironmentCredentials(for: provider)
            }
        self.init(provider: provider, credentials: credentials, transport: transport)
    }
}

extension S3Bucket {
    /// A bucket from environment variables: `AWS_S3_BUCKET` (or, for R2, `R2_BUCKET_NAME`) and those of
    /// ``S3Client/Configuration/init(environment:transport:)``.
    /// - Parameters:
    ///   - environment: nil means the process's own.
    ///   - transport: nil means libcurl, shared by all clients of the process.
    /// - Throws: ``S3Error`` that names the variable that is missing or wrong.
    public init(environment: [String: String]? = nil, transport: (any HTTPTransport)? = nil) throws(S3Error) {
        let values = S3Environment(environment ?? S3Environment.process)
        let client = try S3Client(S3Client.Configuration(environment: environment, transport: transport))
        let isR2 = client.provider.endpoint.family == .r2
        let name =
            isR2
            ? values.first("AWS_S3_BUCKET", "R2_BUCKET_NAME") : values.first("AWS_S3_BUCKET")
        guard let name else {
            throw .configuration(
                "The bucket is not set: set AWS_S3_BUCKET\(isR2 ? " or R2_BUCKET_NAME" : "") to its name."
            )
        }
        self = try client.bucket(name.value)
    }
}
