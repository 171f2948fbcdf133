import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@testable import S3Compat

/// Beside moto, a server nobody here wrote that keeps every key as it is, with boto3 as the other client, both ways.
@Suite(.serialized) struct MotoTests {
    private static let script = """
        import base64, boto3, json, sys
        from botocore.config import Config
        work = json.load(sys.stdin)
        s3 = boto3.client('s3', endpoint_url=work['endpoint'], region_name='us-east-1', aws_access_key_id='a',
                          aws_secret_access_key='b', config=Config(s3={'addressing_style': 'path'}))
        seen = {}
        for page in s3.get_paginator('list_objects_v2').paginate(Bucket='test'):
            for item in page.get('Contents', []):
                body = s3.get_object(Bucket='test', Key=item['Key'])['Body'].read()
                seen[item['Key']] = base64.b64encode(body).decode()
        for key in work['keys']:
            s3.put_object(Bucket='test', Key='theirs/' + key, Body=('theirs ' + key).encode(), Metadata={'m': 'x'})
        print(json.dumps([[k, v] for k, v in seen.items()]))
        """

    /// All but those with a line feed: moto answers 404 to them.
    private static let keys = [
        "a//b", "../x", "a/./b", "a/../b", "a+b", "a%2Fb", "%", "a b", " a ", "😀", "é", "e\u{301}", "a?b=c&d", "a#b",
        "\u{1}", "\u{7F}", "tab\t", "cr\r", "<&>\"'", "~", "*'()", "dir/", "//", ".", "日本/語", "a:b;c@d$e,f",
    ]

    struct Work: Encodable {
        var endpoint: String
        var keys: [String]
    }

    private func withMoto<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let port = try LoopbackPort.free()
        let own = TestTools.program("moto_server")
        let program = FileManager.default.isExecutableFile(atPath: own) ? own : "moto_server"
        let moto = try await ChildProcess.start(
            ChildProcess.Configuration(program, ["-H", "127.0.0.1", "-p", "\(port)"])
        )
        do {
            try await moto.waitUntilReady { await LoopbackPort.httpStatus(port) != nil }
            let result = try await body("http://127.0.0.1:\(port)")
            _ = await moto.stop()
            return result
        } catch {
            _ = await moto.stop()
            throw error
        }
    }

    @Test func sharesAnyKeyWithBoto3() async throws {
        try await withMoto { endpoint in
            let client = try S3Client(
                S3Client.Configuration(
                    provider: .custom(endpoint: endpoint),
                    credentials: .fixed(accessKeyID: "a", secretAccessKey: Secret("b"))
                )
            )
            let bucket = try client.bucket("test")
            try await bucket.createIfMissing()
            for key in Self.keys {
                let result = try await bucket.put("ours/\(key)", .text("ours \(key)"))
                #expect(result.proof == .contentHash)
            }
            let work = Work(endpoint: endpoint, keys: Self.keys)
            let seen = try await Python.run(Self.script, work, as: [[String]].self)
            let expected = Self.keys.map { "ours/\($0)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            // Compared by bytes: Swift takes the two ways to write é for equal.
            let names = seen.map { Array($0[0].utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
            #expect(names == expected.map { Array($0.utf8) })
            for pair in seen {
                #expect(
                    Base64.decode(pair[1]).map { String(decoding: $0, as: UTF8.self) } == "ours \(pair[0].dropFirst(5))"
                )
            }
            var theirs: [[UInt8]] = []
            for try await object in bucket.list(prefix: "theirs/") {
                theirs.append(Array(object.key.utf8.dropFirst(7)))
                #expect(try await bucket.read(object.key) == Array("theirs ".utf8) + (theirs.last ?? []))
                #expect(try await bucket.head(object.key).metadata == ["m": "x"])
            }
            #expect(Set(theirs) == Set(Self.keys.map { Array($0.utf8) }))
            // In parts, and deleted many at a time.
            let bytes = pattern(11 << 20)
            let stream = ObjectBody.stream(Chunks.of(bytes, size: 1 << 20), length: .unknown(estimate: nil))
            let result = try await bucket.put("ours/parts", stream)
            #expect(result.proof == .contentHash)
            let isWhole = try await collect(bucket.get("ours/parts").content) == bytes
            #expect(isWhole)
            var all: [String] = []
            for try await object in bucket.list() { all.append(object.key) }
            #expect(try await bucket.deleteMany(all).isEmpty)
            #expect(try await bucket.listObjects().objects.isEmpty)
        }
    }
}
