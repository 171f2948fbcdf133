/// Credentials from environment variables, read again for every attempt.
///
/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary keys, `AWS_SESSION_TOKEN`; for Cloudflare R2 also
/// `R2_ACCESS_KEY_ID` and `R2_SECRET_ACCESS_KEY`, which are used when both are set and the AWS pair is not.
public struct S3EnvironmentCredentials: S3CredentialsProvider {
    private let environment: @Sendable () -> [String: String]

    /// Reads the process's environment.
    public init() {
        self.init { S3Environment.process }
    }

    /// Reads what `environment` returns.
    public init(_ environment: @escaping @Sendable () -> [String: String]) {
        self.environment = environment
    }

    /// The credentials that the environment holds now.
    /// - Throws: ``S3Error`` with ``S3Error/Code/invalidConfiguration`` that names the missing variable.
    public func credentials() async throws -> S3Credentials {
        try Self.read(environment())
    }

    static func read(_ environment: [String: String]) throws(S3Error) -> S3Credentials {
        let values = environment.compactMapValues { value -> String? in
            let value = value.trimmingASCIIWhitespace()
            return value.isEmpty ? nil : value
        }
        let pairs = [("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY")]
        for (idName, secretName) in pairs {
            if let id = values[idName], let secret = values[secretName] {
                let token = idName.hasPrefix("AWS") ? values["AWS_SESSION_TOKEN"].map { Secret($0) } : nil
                return S3Credentials(accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: token)
            }
        }
        for (idName, secretName) in pairs {
            switch (values[idName], values[secretName]) {
            case (.some, nil): throw .configuration("\(idName) is set but \(secretName) is not: set both.")
            case (nil, .some): throw .configuration("\(secretName) is set but \(idName) is not: set both.")
            default: continue
            }
        }
        throw .configuration(
            "There are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
                + "(for R2 also R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY)."
        )
    }
}

extension S3CredentialsProvider where Self == S3EnvironmentCredentials {
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, or the pair for R2.
    public static var environment: S3EnvironmentCredentials { S3EnvironmentCredentials() }
}
