import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import S3Compat
import S3CompatTesting
import Testing

/// Keys that clients and servers are known to alter: what S3Compat writes boto3 reads under the same key, and the other
/// way round, on servers that keep every key as it is.
@Suite struct OddKeyTests {
    static let keys = [
        "a//b", "../x", "a/./b", "a/../b", "./x", "/a", "//", "dir/", "a+b", "a%2Fb", "a%20b", "100%", "a b", " a ",
        "a?b=c",
        "a#b", "a&b;c=d", "a\"'<>", "é", "e\u{301}", "😀/日本語", "\u{1}\u{7F}", "tab\t", "line\nfeed\r", "a\\b", "~a*(b)!",
        ".", "..", "a:b@c", "\u{FEFF}x",
    ]

    private func bucket(_ boto: Boto3) throws -> S3Bucket {
        let configuration = S3Client.Configuration(
            provider: try .custom(endpoint: boto.endpoint, region: "us-east-1"),
            credentials: .fixed(accessKeyID: boto.accessKeyID, secretAccessKey: Secret(boto.secretAccessKey))
        )
        return try S3Client(configuration).bucket("odd-keys")
    }

    private func check(_ boto: Boto3, _ keys: [String] = Self.keys) async throws {
        let bucket = try bucket(boto)
        try await bucket.createIfMissing()
        for key in keys { try await bucket.put(key, .text("ours \(key)")) }
        let input = try JSONEncoder().encode(keys)

        // boto3 lists and reads what we wrote, then replaces every object.
        struct Seen: Decodable {
            let listed: [String]
            let read: [String]
        }
        let seen: Seen = try await boto.value(
            """
            s3 = client()
            keys = json.load(sys.stdin)
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket="odd-keys", PaginationConfig={"PageSize": 7})
            listed = [o["Key"] for page in pages for o in page.get("Contents", [])]
            read = [s3.get_object(Bucket="odd-keys", Key=k)["Body"].read().decode() for k in keys]
            for k in keys:
                s3.put_object(Bucket="odd-keys", Key=k, Body=("theirs " + k).encode())
            show({"listed": listed, "read": read})
            """,
            input: Array(input)
        )
        let sorted = keys.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(seen.listed.map { Array($0.utf8) } == sorted)
        #expect(seen.read.map { Array($0.utf8) } == keys.map { Array("ours \($0)".utf8) })

        // We list and read what boto3 wrote, and delete half of it at once.
        var options = ObjectListOptions()
        options.pageSize = 7
        var listed: [[UInt8]] = []
        for try await object in bucket.list(options) { listed.append(Array(object.key.utf8)) }
        #expect(listed == sorted)
        for key in keys {
            #expect(try await bucket.read(key) == Array("theirs \(key)".utf8), "\(key.debugDescription)")
        }
        #expect(try await bucket.deleteMany(Array(keys.prefix(15))).isEmpty)
        for key in keys.dropFirst(15) { try await bucket.delete(key) }
        let left: Int = try await boto.value(
            "show(client().list_objects_v2(Bucket='odd-keys')['KeyCount'])"
        )
        #expect(left == 0)
    }

    @Test func loopbackServerKeepsEveryKey() async throws {
        let server = try await LoopbackS3Server.start()
        try await check(Boto3(server))
        await server.stop()
    }

    @Test func motoKeepsEveryKey() async throws {
        try await RealS3Server.with(.moto) { server in
            // Its router answers 404 for a path with a line feed; all else is kept.
            try await check(server.boto3, Self.keys.filter { !$0.contains("\n") })
        }
    }
}
