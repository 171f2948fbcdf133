import FoundationEssentials
import GroundworkCore
import S3Compat
import Testing

/// Lifecycle rules beside moto, with boto3 as the other client, both ways.
@Suite struct LifecycleRuleTests {
    private struct Rule: Decodable {
        struct Filter: Decodable { var Prefix: String? }
        struct Expiration: Decodable { var Days: Int? }
        struct Abort: Decodable { var DaysAfterInitiation: Int }
        var ID: String
        var Status: String
        var Filter: Filter?
        var Expiration: Expiration?
        var AbortIncompleteMultipartUpload: Abort?
        var Transitions: [Transition]?
        struct Transition: Decodable {
            var Days: Int
            var StorageClass: String
        }
    }

    private static let show = """
        s3 = client()
        show(s3.get_bucket_lifecycle_configuration(Bucket="rules")["Rules"])
        """

    @Test func botoReadsOurRulesAndWeKeepItsOwn() async throws {
        try await RealS3Server.with(.moto) { server in
            let configuration = S3Client.Configuration(
                provider: try .custom(endpoint: server.endpoint, region: "us-east-1"),
                credentials: .fixed(accessKeyID: server.accessKeyID, secretAccessKey: Secret(server.secretAccessKey))
            )
            let bucket = try S3Client(configuration).bucket("rules")
            try await bucket.createIfMissing()
            #expect(try await bucket.lifecycleRules().isEmpty)

            try await bucket.setLifecycle(prefix: "backup/", expireAfterDays: 35, abortIncompleteAfterDays: 2)
            let ours: [Rule] = try await server.boto3.value(Self.show)
            #expect(ours.map(\.ID) == ["groundwork-backup/"])
            #expect(ours.first?.Status == "Enabled")
            #expect(ours.first?.Filter?.Prefix == "backup/")
            #expect(ours.first?.Expiration?.Days == 35)
            #expect(ours.first?.AbortIncompleteMultipartUpload?.DaysAfterInitiation == 2)

            // boto3 adds a rule with what we have no property for.
            _ = try await server.boto3.run(
                """
                s3 = client()
                rules = s3.get_bucket_lifecycle_configuration(Bucket="rules")["Rules"]
                rules.append({"ID": "cold", "Status": "Enabled", "Filter": {"Prefix": "logs/"},
                              "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]})
                s3.put_bucket_lifecycle_configuration(Bucket="rules", LifecycleConfiguration={"Rules": rules})
                """
            )
            #expect(try await bucket.lifecycleRules().map(\.otherElements) == [[], ["Transition"]])
            try await bucket.setLifecycle(prefix: "backup/", expireAfterDays: 60)
            let both: [Rule] = try await server.boto3.value(Self.show)
            #expect(both.map(\.ID) == ["groundwork-backup/", "cold"])
            #expect(both.first?.Expiration?.Days == 60)
            #expect(both.first?.AbortIncompleteMultipartUpload == nil)
            #expect(both.last?.Transitions?.map(\.StorageClass) == ["GLACIER"])

            try await bucket.removeLifecycleRules()
            #expect(try await bucket.lifecycleRules().isEmpty)
        }
    }
}
