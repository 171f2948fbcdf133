import FoundationEssentials
import GroundworkCore
import GroundworkHTTP
import GroundworkTesting
import HTTPTypes
import Testing

@testable import S3Compat

@Suite struct LifecycleTests {
    private static let document = """
        <?xml version="1.0"?>
        <LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
          <Rule><ID>logs &amp; more</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Disabled</Status>
            <Expiration><Days>365</Days></Expiration>
            <Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition></Rule>
          <Rule><Prefix>old/</Prefix><Status>Enabled</Status>
            <Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>
          <Rule><ID>tags</ID><Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>
            <Status>Enabled</Status>
            <NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration></Rule>
          <Rule><Filter/><Status>Enabled</Status>
            <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>
          </Rule>
        </LifecycleConfiguration>
        """

    private func readRules(_ text: String) throws -> [S3LifecycleRule] {
        var reader = try XMLReader(Array(text.utf8))
        _ = try reader.root()
        var rules: [S3LifecycleRule] = []
        try reader.children { (reader, name) throws(XMLError) in
            if name == "Rule" { rules.append(try S3LifecycleRule(&reader)) }
        }
        return rules
    }

    private func written(_ rules: [S3LifecycleRule]) -> String {
        var writer = XMLWriter()
        writer.element("LifecycleConfiguration") { writer in for rule in rules { rule.write(&writer) } }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func readsWhatItKnows() throws {
        let rules = try readRules(Self.document)
        #expect(rules.map(\.id) == ["logs & more", nil, "tags", nil])
        #expect(rules.map(\.prefix) == ["logs/", "old/", nil, ""])
        #expect(rules.map(\.isEnabled) == [false, true, true, true])
        #expect(rules.map(\.expirationDays) == [365, nil, nil, nil])
        #expect(rules.map(\.abortIncompleteUploadDays) == [nil, nil, nil, 7])
        #expect(
            rules.map(\.otherElements)
                == [["Transition"], ["Expiration"], ["Filter", "NoncurrentVersionExpiration"], []]
        )
    }

    @Test func whatItDoesNotKnowSurvives() throws {
        let rules = try readRules(Self.document)
        let text = written(rules)
        #expect(try readRules(text) == rules)
        for part in [
            "<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>",
            "<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>",
            "<And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And>",
            "<NoncurrentDays>3</NoncurrentDays>", "<ID>logs &amp; more</ID>",
        ] {
            #expect(text.contains(part))
        }
    }

    @Test func oneLineKeepsTheOtherRules() async throws {
        let (bucket, store) = try ScriptedStore.bucket([.init(200, [:], Self.document), .init(200)])
        try await bucket.setLifecycle(prefix: "backup/", expireAfterDays: 35, abortIncompleteAfterDays: 2)
        #expect(store.requests.map(\.method) == [.get, .put])
        #expect(store.requests.allSatisfy { $0.path?.hasSuffix("?lifecycle=") == true })
        #expect(store.requests[1].headerFields[.init("content-md5")!]?.utf8.count == 24)
    }

    @Test func noRulesIsAnEmptyList() async throws {
        let missing = "<Error><Code>NoSuchLifecycleConfiguration</Code><Message>none</Message></Error>"
        let (bucket, _) = try ScriptedStore.bucket([.init(404, [:], missing), .init(404, [:], missing)])
        #expect(try await bucket.lifecycleRules().isEmpty)
        try await bucket.removeLifecycleRules()
    }

    @Test func aStoreWithoutRulesSaysSo() async throws {
        let refusal = "<Error><Code>NotImplemented</Code><Message>no</Message></Error>"
        let (bucket, _) = try ScriptedStore.bucket([.init(501, [:], refusal)])
        let error = await #expect(throws: S3Error.self) { try await bucket.setLifecycle(expireAfterDays: 1) }
        #expect(error?.code == .notImplemented)
    }

    @Test func theLoopbackServerKeepsRules() async throws {
        try await withStore { store in
            #expect(try await store.bucket.lifecycleRules().isEmpty)
            try await store.bucket.setLifecycle(prefix: "a&b/", expireAfterDays: 30, abortIncompleteAfterDays: 2)
            try await store.bucket.setLifecycle(abortIncompleteAfterDays: 7)
            let rules = try await store.bucket.lifecycleRules()
            #expect(rules.map(\.id) == ["groundwork-a&b/", "groundwork-all"])
            #expect(rules.map(\.prefix) == ["a&b/", ""])
            #expect(rules.map(\.expirationDays) == [30, nil])
            #expect(rules.map(\.abortIncompleteUploadDays) == [2, 7])
            try await store.bucket.replaceLifecycleRules([])
            #expect(try await store.bucket.lifecycleRules().isEmpty)
            let missing = try store.client.bucket("missing")
            let error = await #expect(throws: S3Error.self) { try await missing.lifecycleRules() }
            #expect(error?.code == .noSuchBucket)
        }
    }

    @Test(arguments: [(0, nil), (-1, 3), (nil, 0), (nil, nil), (Int.max, nil)] as [(Int?, Int?)])
    func refusesRulesThatCannotBe(expire: Int?, abort: Int?) async throws {
        let (bucket, store) = try ScriptedStore.bucket([])
        let error = await #expect(throws: S3Error.self) {
            try await bucket.setLifecycle(expireAfterDays: expire, abortIncompleteAfterDays: abort)
        }
        #expect(error?.code == .invalidArgument)
        #expect(store.requests.isEmpty)
    }

    @Test(arguments: [
        "<html>no</html>", "<LifecycleConfiguration><Rule><ID>", "", "<LifecycleConfiguration><Rule><ID>a</Rule>",
    ])
    func anythingElseIsAnUnexpectedAnswer(text: String) async throws {
        let (bucket, _) = try ScriptedStore.bucket([.init(200, [:], text)])
        let error = await #expect(throws: S3Error.self) { try await bucket.lifecycleRules() }
        #expect(error?.code == .unexpectedResponse)
    }
}
