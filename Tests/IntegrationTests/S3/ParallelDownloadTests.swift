import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import S3Compat
import Testing

/// Downloads in ranges from servers that nobody here wrote: each has its own way to answer a range.
@Suite struct ParallelDownloadTests {
    @Test(arguments: RealS3Server.Kind.allCases)
    func everyByteArrives(_ kind: RealS3Server.Kind) async throws {
        try await RealS3Server.with(kind) { server in
            let credentials = S3StaticCredentials.fixed(
                accessKeyID: server.accessKeyID,
                secretAccessKey: Secret(server.secretAccessKey)
            )
            let provider = try S3Provider.custom(endpoint: server.endpoint, region: "us-east-1")
            var configuration = S3Client.Configuration(provider: provider, credentials: credentials)
            configuration.transfer.downloadRangeSize = 100_000
            configuration.transfer.partSize = 100_000
            let bucket = try S3Client(configuration).bucket("ranges")
            try await bucket.create()
            for count in [1, 100_000, 300_001] {
                let bytes = ManualRandom(seed: 1).bytes(count)
                try await bucket.put("k", .bytes(bytes))
                try await withTemporaryDirectory { folder in
                    let info = try await bucket.download("k", toFile: "\(folder)/file")
                    #expect(info.size == Int64(count))
                    let written = try OpenFile("\(folder)/file").read(count + 1, at: 0)
                    let isSame = written == bytes
                    #expect(isSame)
                }
                var read: [UInt8] = []
                for try await chunk in try await bucket.getObjectInParallel("k").content { read += chunk }
                let isSame = read == bytes
                #expect(isSame)
            }
        }
    }
}
