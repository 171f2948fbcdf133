import GroundworkCore
import Testing

@testable import S3Compat

@Suite struct ProviderTests {
    private let account = "0123456789abcdef0123456789abcdef"

    /// The error of making a configuration from the environment.
    private func failure(_ environment: [String: String]) -> S3Error? {
        do throws(S3Error) {
            _ = try S3Environment(environment).provider()
            return nil
        } catch { return error }
    }

    private func failure(endpoint: String, region: String? = nil) -> S3Error? {
        do throws(S3Error) {
            _ = try S3Provider.custom(endpoint: endpoint, region: region)
            return nil
        } catch { return error }
    }

    @Test func knownHostsSelectTheirProfile() throws {
        let r2 = try S3Provider.custom(endpoint: "https://\(account).r2.cloudflarestorage.com/")
        #expect(r2 == (try S3Provider.r2(accountID: account)))
        #expect(r2.region == "auto")
        let eu = try S3Provider.custom(endpoint: "https://\(account).eu.r2.cloudflarestorage.com")
        #expect(eu == (try S3Provider.r2(accountID: account, jurisdiction: "eu")))
        let aws = try S3Provider.custom(endpoint: "https://s3.eu-central-1.amazonaws.com")
        #expect(aws == (try S3Provider.aws(region: "eu-central-1")))
        #expect(try S3Provider.custom(endpoint: "http://127.0.0.1:9000").name == "127.0.0.1")
    }

    @Test func anAWSEndpointWithTheR2ProfileIsNamed() throws {
        var provider = try S3Provider.r2(accountID: account)
        provider.endpoint = try S3Endpoint(parsing: "https://s3.amazonaws.com")
        let error = #expect(throws: S3Error.self) {
            try S3Client(S3Client.Configuration(provider: provider))
        }
        #expect(error?.code == .endpointMismatch)
        #expect(error?.message.contains("r2.cloudflarestorage.com") ?? false)
    }

    @Test func anR2EndpointWithTheAWSProfileIsNamed() throws {
        var provider = try S3Provider.aws(region: "us-east-1")
        provider.endpoint = try S3Endpoint(parsing: "https://\(account).r2.cloudflarestorage.com")
        let error = #expect(throws: S3Error.self) { try S3Client(S3Client.Configuration(provider: provider)) }
        #expect(error?.code == .endpointMismatch)
        #expect(throws: S3Error.self) {
            try S3Provider.minio(endpoint: "https://\(account).r2.cloudflarestorage.com")
        }
    }

    @Test func theEnvironmentMixesAWSAndR2() {
        let mixed = [
            "R2_ACCOUNT_ID": account, "AWS_S3_ENDPOINT": "https://s3.amazonaws.com", "AWS_S3_REGION": "us-east-1",
        ]
        #expect(failure(mixed)?.code == .endpointMismatch)
        #expect(failure(mixed)?.message.contains("https://\(account).r2.cloudflarestorage.com") ?? false)
        let other = [
            "R2_ACCOUNT_ID": account,
            "AWS_S3_ENDPOINT": "https://\(String(repeating: "f", count: 32)).r2.cloudflarestorage.com",
        ]
        #expect(failure(other)?.code == .endpointMismatch)
        #expect(failure(["R2_ACCOUNT_ID": account, "AWS_S3_REGION": "eu-central-1"])?.code == .invalidConfiguration)
        let wrongRegion = failure(endpoint: "https://\(account).r2.cloudflarestorage.com", region: "eu-central-1")
        #expect(wrongRegion?.message.contains("auto") ?? false)
        #expect(
            failure(endpoint: "https://s3.eu-central-1.amazonaws.com", region: "auto")?.message.contains("R2") ?? false
        )
    }

    @Test(arguments: [
        ("", "empty"), ("s3.amazonaws.com", "scheme"), ("ftp://x", "scheme"),
        ("https://${R2_ACCOUNT_ID}.r2.cloudflarestorage.com", "variable"),
        ("https://user:secret@host", "user name"), ("https://host?x=y", "query"), ("https://ho st", "blank"),
        ("https://host:0", "port"), ("https://host:99999", "port"), ("https://", "host"), ("https://a_b/c//d", "path"),
        ("https://bucket.s3.eu-west-1.amazonaws.com", "bucket's name"),
        ("https://s3.eu-west-1.amazonaws.com/bucket", "path"),
        ("https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com/bucket", "bucket"),
        ("https://b.0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com", "bucket's name"),
        ("http://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com", "https"),
        ("https://short.r2.cloudflarestorage.com", "account ID"), ("https://ec2.amazonaws.com", "S3"),
    ])
    func refusesEndpoints(_ endpoint: String, _ word: String) {
        let error = failure(endpoint: endpoint)
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains(word) ?? false, "\(error?.message ?? "")")
        #expect(!(error?.message.contains("secret") ?? false))
    }

    @Test func readsTheBriefsVariables() async throws {
        let environment = [
            "AWS_ACCESS_KEY_ID": " AKIA ", "AWS_SECRET_ACCESS_KEY": "s\n", "AWS_S3_BUCKET": "backups",
            "AWS_S3_ENDPOINT": "https://\(account).r2.cloudflarestorage.com", "AWS_S3_REGION": "auto",
            "AWS_S3_FORCE_PATH_STYLE": "true",
        ]
        let bucket = try S3Bucket(environment: environment)
        #expect(bucket.name == "backups")
        #expect(bucket.provider.name == "Cloudflare R2")
        #expect(bucket.provider.addressing == .path)
        let credentials = try await bucket.client.configuration.credentials.credentials()
        #expect(credentials.accessKeyID == "AKIA")
        #expect(credentials.secretAccessKey == Secret("s"))
    }

    @Test func r2HasCredentialsOfItsOwn() async throws {
        let environment = [
            "R2_ACCOUNT_ID": account, "R2_ACCESS_KEY_ID": "r2", "R2_SECRET_ACCESS_KEY": "r2s",
            "R2_BUCKET_NAME": "images",
            "AWS_ACCESS_KEY_ID": "for-another-service", "AWS_SECRET_ACCESS_KEY": "x",
        ]
        let bucket = try S3Bucket(environment: environment)
        #expect(bucket.name == "images")
        let own = try await bucket.client.configuration.credentials.credentials()
        #expect(own.accessKeyID == "r2")
        let aws = S3EnvironmentCredentials(for: try .aws(region: "eu-central-1")) { environment }
        let other = try await aws.credentials()
        #expect(other.accessKeyID == "for-another-service")
    }

    @Test func namesWhatIsMissing() async throws {
        #expect(failure([:])?.message.contains("AWS_S3_ENDPOINT") ?? false)
        #expect(
            failure(["AWS_S3_ENDPOINT": "https://h", "AWS_S3_FORCE_PATH_STYLE": "maybe"])?.message.contains(
                "AWS_S3_FORCE_PATH_STYLE"
            ) ?? false
        )
        let bucket = #expect(throws: S3Error.self) { try S3Bucket(environment: ["AWS_S3_REGION": "eu-central-1"]) }
        #expect(bucket?.message.contains("AWS_S3_BUCKET") ?? false)
        let half = S3EnvironmentCredentials { ["AWS_ACCESS_KEY_ID": "a"] }
        let error = try await s3Error { _ = try await half.credentials() }
        #expect(error?.message.contains("AWS_SECRET_ACCESS_KEY") ?? false)
    }

    @Test func addressesBucketsAndKeys() throws {
        let aws = try S3Provider.aws(region: "eu-central-1")
        let plain = aws.address(bucket: "photos", key: "a b/+", region: "eu-central-1")
        #expect(plain.host == "photos.s3.eu-central-1.amazonaws.com")
        #expect(plain.path == "/a%20b/%2B")
        // A certificate for *.s3… does not cover a name with dots.
        let dotted = aws.address(bucket: "my.photos", key: "../x", region: "eu-central-1")
        #expect(dotted.host == "s3.eu-central-1.amazonaws.com")
        #expect(dotted.path == "/my.photos/../x")
        // A learned region moves the request to that region's endpoint.
        #expect(
            aws.address(bucket: "photos", key: "k", region: "us-west-2").host == "photos.s3.us-west-2.amazonaws.com"
        )
        let gateway = try S3Provider.custom(endpoint: "https://x.example.com/storage/v1/s3")
        #expect(gateway.address(bucket: "b-1", key: "/k", region: "r").path == "/storage/v1/s3/b-1//k")
        #expect(gateway.address(bucket: nil, key: nil, region: "r").path == "/storage/v1/s3/")
    }

    @Test func otherHostsAreNeverReachedByARegion() throws {
        let provider = try S3Provider.minio(endpoint: "http://127.0.0.1:9000")
        #expect(provider.address(bucket: "b-1", key: "k", region: "evil.example.com").host == "127.0.0.1:9000")
        #expect(!S3Provider.isRegionName("evil.example.com"))
        #expect(!S3Provider.isAWSRegion("evil"))
    }
}
