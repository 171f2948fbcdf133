import FoundationEssentials
import GroundworkCore

/// Environment variables; those that are empty or blank count as not set.
struct S3Environment: Sendable {
    private let values: [String: String]

    init(_ values: [String: String]) {
        self.values = values
    }

    static var process: [String: String] { ProcessInfo.processInfo.environment }

    private static let read = Locked<(at: ContinuousClock.Instant, values: [String: String])?>(nil)

    /// The process's own variables as they were at most a second ago: to read them all costs more than to sign a request.
    static var recentProcess: [String: String] {
        read.withLock { read in
            let now = ContinuousClock.now
            if let known = read, known.at.duration(to: now) < .seconds(1) { return known.values }
            let values = process
            read = (now, values)
            return values
        }
    }

    subscript(_ name: String) -> String? {
        let value = values[name]?.trimmingASCIIWhitespace() ?? ""
        return value.isEmpty ? nil : value
    }

    /// The first of several variables that is set.
    func first(_ names: String...) -> (name: String, value: String)? {
        for name in names { if let value = self[name] { return (name, value) } }
        return nil
    }

    func boolean(_ name: String) throws(S3Error) -> Bool? {
        guard let value = self[name] else { return nil }
        switch value.lowercasedASCII() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default: throw .configuration("\(name) must be true or false.")
        }
    }

    /// The store that the variables describe.
    func provider() throws(S3Error) -> S3Provider {
        let region = first("AWS_S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")
        var provider: S3Provider
        if let endpoint = first("AWS_S3_ENDPOINT", "AWS_ENDPOINT_URL_S3") {
            provider = try at(endpoint, region: region)
        } else if let account = self["R2_ACCOUNT_ID"] {
            provider = try .r2(accountID: account)
            if let region = self["AWS_S3_REGION"], region != "auto", region != "us-east-1" {
                throw .configuration(
                    "AWS_S3_REGION is \(S3Provider.printable(region)), but R2_ACCOUNT_ID selects Cloudflare R2, "
                        + "whose region is auto. Set AWS_S3_REGION=auto, or remove R2_ACCOUNT_ID to use AWS."
                )
            }
        } else if let region {
            provider = try .aws(region: region.value)
        } else {
            throw .configuration(
                "Neither endpoint nor region is set: set AWS_S3_ENDPOINT (for R2 R2_ACCOUNT_ID is enough), "
                    + "or AWS_S3_REGION for AWS."
            )
        }
        if let forcesPath = try boolean("AWS_S3_FORCE_PATH_STYLE") {
            provider.addressing = forcesPath ? .path : .virtualHost
        }
        return provider
    }

    private func at(
        _ endpoint: (name: String, value: String),
        region: (name: String, value: String)?
    ) throws(S3Error) -> S3Provider {
        let parsed: S3Endpoint
        do throws(TextParsingError) { parsed = try S3Endpoint(parsing: endpoint.value) } catch {
            throw .configuration(
                "\(endpoint.name) is not usable: \(error.reason). It must be \(S3Endpoint.expectedText)."
            )
        }
        if let account = self["R2_ACCOUNT_ID"]?.lowercasedASCII() {
            let own = "https://\(S3Provider.printable(account)).r2.cloudflarestorage.com"
            if parsed.family == .aws {
                throw S3Error(
                    .endpointMismatch,
                    "\(endpoint.name) is the AWS endpoint \(parsed), but R2_ACCOUNT_ID selects Cloudflare R2. "
                        + "Set \(endpoint.name) to \(own), or remove R2_ACCOUNT_ID to use AWS."
                )
            }
            if parsed.family == .r2, !parsed.host.split(separator: ".").contains(Substring(account)) {
                throw S3Error(
                    .endpointMismatch,
                    "\(endpoint.name) is \(parsed), which is not the account that R2_ACCOUNT_ID names. "
                        + "Set \(endpoint.name) to \(own)."
                )
            }
        }
        return try .custom(endpoint: endpoint.value, region: region?.value)
    }
}
