import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import S3Compat
import Testing

/// The conformance suite of all stores, run by `S3Bucket` on servers that nobody here wrote.
///
/// What a server cannot do is left out by name and with its reason; the reasons stand in
/// `Documentation/Compatibility.md`.
@Suite struct StoreConformanceTests {
    private func provider(_ server: RealS3Server) throws -> S3Provider {
        var provider = try S3Provider.custom(endpoint: server.endpoint, region: "us-east-1")
        switch server.kind {
        case .seaweed: provider = try .seaweedfs(endpoint: server.endpoint)
        case .rclone:
            provider.keepsAnyKey = false
            // It answers 404 NoSuchUpload when there are none.
            provider.listsUploads = false
            provider.conditionalPut = .unsupported
        case .moto: break
        }
        return provider
    }

    static let exclusions: [RealS3Server.Kind: [ObjectStoreConformance.Case: String]] = [
        .seaweed: [
            .listOrder: "lists folder by folder, so that a slash sorts before every other sign",
            .listPrefix: "lists folder by folder, so that a slash sorts before every other sign",
            .oddKeys: "refuses or alters keys with empty segments, `.` and `..`",
        ],
        .rclone: [
            .getIfMatch: "ignores conditions on reads",
            .delete: "answers 500 when a key is deleted that is the name of a folder",
            .oddKeys: "refuses keys that are no clean paths of files",
            .wholeObjects: "replaces objects in place: now and then a reader sees a part of the new one",
        ],
        .moto: [
            .oddKeys: "answers 404 to a key with a line feed; OddKeyTests proves all others"
        ],
    ]

    @Test(arguments: RealS3Server.Kind.allCases)
    func bucketKeepsThePromisesOfAStore(_ kind: RealS3Server.Kind) async throws {
        try await RealS3Server.with(kind) { server in
            let credentials = S3StaticCredentials.fixed(
                accessKeyID: server.accessKeyID,
                secretAccessKey: Secret(server.secretAccessKey)
            )
            let configuration = S3Client.Configuration(provider: try provider(server), credentials: credentials)
            let bucket = try S3Client(configuration).bucket("conformance")
            try await bucket.create()
            var suite = ObjectStoreConformance(bucket, prefix: "run/")
            suite.exclusions = Self.exclusions[kind] ?? [:]
            for outcome in await suite.run() {
                print("matrix: \(kind.rawValue): \(outcome)")
                if let failure = outcome.failure { Issue.record("\(kind): \(outcome.testCase): \(failure)") }
            }
        }
    }
}
