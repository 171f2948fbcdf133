/// Credentials from environment variables, read again for every attempt; the process's own variables once a second.
///
/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary keys, `AWS_SESSION_TOKEN`; for Cloudflare R2 also
/// `R2_ACCESS_KEY_ID` and `R2_SECRET_ACCESS_KEY`. A service often has both pairs, the AWS one for something else: with
/// R2 its own pair goes first, with AWS only AWS's is used, with other stores AWS's goes first.
public struct S3EnvironmentCredentials: S3CredentialsProvider {
    private let pairs: [Pair]
    private let environment: @Sendable () -> [String: String]

    private enum Pair: String, Sendable {
        case aws = "AWS"
        case r2 = "R2"

        var idName: String { "\(rawValue)_ACCESS_KEY_ID" }
        var secretName: String { "\(rawValue)_SECRET_ACCESS_KEY" }
    }

    /// Reads the environment.
    /// - Parameters:
    ///   - provider: the store that the credentials are for; nil means any.
    ///   - environment: nil means the process's own.
    public init(for provider: S3Provider? = nil, environment: (@Sendable () -> [String: String])? = nil) {
        pairs =
            switch provider?.endpoint.family {
            case .r2: [.r2, .aws]
            case .aws: [.aws]
            default: [.aws, .r2]
            }
        self.environment = environment ?? { S3Environment.recentProcess }
    }

    /// The credentials that the environment holds now.
    /// - Throws: ``S3Error`` with ``S3Error/Code/invalidConfiguration`` that names the missing variable.
    public func credentials() async throws -> S3Credentials {
        let values = S3Environment(environment())
        for pair in pairs {
            guard let id = values[pair.idName], let secret = values[pair.secretName] else { continue }
            let token = pair == .aws ? values["AWS_SESSION_TOKEN"].map { Secret($0) } : nil
            return S3Credentials(accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: token)
        }
        for pair in pairs {
            switch (values[pair.idName], values[pair.secretName]) {
            case (.some, nil):
                throw S3Error.configuration("\(pair.idName) is set but \(pair.secretName) is not: set both.")
            case (nil, .some):
                throw S3Error.configuration("\(pair.secretName) is set but \(pair.idName) is not: set both.")
            default: continue
            }
        }
        let names = pairs.map { "\($0.idName) and \($0.secretName)" }.joined(separator: ", or ")
        throw S3Error.configuration("There are no credentials in the environment: set \(names).")
    }
}

extension S3CredentialsProvider where Self == S3EnvironmentCredentials {
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, or the pair for R2.
    public static var environment: S3EnvironmentCredentials { S3EnvironmentCredentials() }
}
