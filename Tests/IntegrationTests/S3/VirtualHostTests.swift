import FoundationEssentials
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkStorage
import GroundworkTestProcesses
import GroundworkTesting
import HTTPTypes
import S3Compat
import S3CompatTesting
import Testing

/// Buckets in the host's name, `http://bucket.localhost:port/key`: ours against SeaweedFS, boto3 against our server.
///
/// Names below `localhost` are this machine: libcurl resolves them so by itself (RFC 6761, section 6.3).
@Suite struct VirtualHostTests {
    private static let keys = ["plain", "a b", "dir/é+ü", "50%/~*'()"]

    private func bytes(_ count: Int) -> [UInt8] { ManualRandom(seed: 5).bytes(count) }

    /// Sends a presigned request as anybody might.
    private func send(_ presigned: S3PresignedRequest, body: [UInt8]? = nil) async throws -> (Int, [UInt8]) {
        #expect(presigned.url.hasPrefix("http://virtual.localhost:"))
        let rest = presigned.url.dropFirst("http://".count)
        let slash = try #require(rest.firstIndex(of: "/"))
        var request = HTTPRequest(
            method: presigned.method,
            scheme: "http",
            authority: String(rest[..<slash]),
            path: String(rest[slash...])
        )
        for (name, value) in presigned.headers {
            request.headerFields[try #require(HTTPField.Name(name))] = value
        }
        let answer = try await CurlHTTPTransport.shared.collect(request, body: body.map { HTTPBody.bytes($0) })
        return (answer.head.status.code, answer.body)
    }

    /// Puts, gets, lists, copies, presigns and deletes, in parts too.
    private func exercise(_ bucket: S3Bucket) async throws {
        for key in Self.keys { try await bucket.put(key, .text("content of \(key)")) }
        for key in Self.keys { #expect(try await bucket.read(key) == Array("content of \(key)".utf8)) }
        var listed: [String] = []
        for try await object in bucket.list() { listed.append(object.key) }
        #expect(listed.sorted() == Self.keys.sorted())

        let whole = bytes(11 << 20)
        let pieces = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for start in stride(from: 0, to: whole.count, by: 1 << 20) {
                continuation.yield(Array(whole[start..<min(whole.count, start + 1 << 20)]))
            }
            continuation.finish()
        }
        let result = try await bucket.put("parts", .stream(pieces, length: .unknown(estimate: nil)))
        #expect(result.size == Int64(whole.count))
        #expect(result.partLength == 5 << 20)
        let isWhole = try await bucket.read("parts", upTo: 12 << 20) == whole
        #expect(isWhole)
        try await bucket.copyObject(from: "dir/é+ü", to: "copy")
        #expect(try await bucket.read("copy") == Array("content of dir/é+ü".utf8))

        let put = try await send(try await bucket.presign(.put, "presigned +é"), body: Array("anybody's".utf8))
        #expect(put.0 == 200)
        let got = try await send(try await bucket.presign(.get, "presigned +é"))
        #expect(got.0 == 200)
        #expect(got.1 == Array("anybody's".utf8))
    }

    private func bucket(_ provider: S3Provider, _ credentials: S3StaticCredentials) throws -> S3Bucket {
        var provider = provider
        provider.addressing = .virtualHost
        var configuration = S3Client.Configuration(provider: provider, credentials: credentials)
        configuration.transfer.partSize = 5 << 20
        return try S3Client(configuration).bucket("virtual")
    }

    @Test func seaweedServesBucketsByTheirHosts() async throws {
        try await RealS3Server.with(.seaweed, arguments: ["-s3.domainName=localhost"]) { server in
            let port = server.endpoint.split(separator: ":").last ?? ""
            let credentials = S3StaticCredentials.fixed(
                accessKeyID: server.accessKeyID,
                secretAccessKey: Secret(server.secretAccessKey)
            )
            let bucket = try bucket(.seaweedfs(endpoint: "http://localhost:\(port)"), credentials)
            try await bucket.create()
            try await exercise(bucket)
            // The other client finds the same by paths.
            let theirs: [String] = try await server.boto3.value(
                """
                s3 = client()
                keys = [item["Key"] for item in s3.list_objects_v2(Bucket="virtual")["Contents"]]
                body = s3.get_object(Bucket="virtual", Key="parts")["Body"].read()
                show(sorted(keys) + [hashlib.sha256(body).hexdigest()[:8], str(len(body))])
                """
            )
            #expect(Set(theirs).isSuperset(of: Self.keys + ["parts", "copy", "presigned +é", "11534336"]))
            #expect(try await bucket.deleteMany(Self.keys + ["parts", "copy", "presigned +é"]).isEmpty)
            #expect(try await bucket.listObjects().objects.isEmpty)
            // A signature for another secret is refused here too.
            let stranger = try self.bucket(
                .seaweedfs(endpoint: "http://localhost:\(port)"),
                .fixed(accessKeyID: server.accessKeyID, secretAccessKey: Secret("another"))
            )
            await #expect(throws: ObjectStoreError.self) { try await stranger.put("k", .text("x")) }
        }
    }

    @Test func loopbackServerServesBucketsByTheirHosts() async throws {
        let server = try await LoopbackS3Server.start(buckets: [])
        let bucket = try bucket(.custom(endpoint: "http://localhost:\(server.port)"), .fixed(server.credentials))
        try await bucket.create()
        try await exercise(bucket)
        #expect(server.requests.allSatisfy { $0.headers["host"] == "virtual.localhost:\(server.port)" })
        await server.stop()
    }

    @Test func botoAddressesBucketsByHostsOnTheLoopbackServer() async throws {
        let server = try await LoopbackS3Server.start(buckets: [])
        let shown: [Bool] = try await Boto3(server).value(
            """
            import io, socket, urllib.request
            # The resolver of the system may not know the names below localhost.
            resolve = socket.getaddrinfo
            def local(host, *more, **named):
                name = host.decode() if isinstance(host, bytes) else host
                return resolve("127.0.0.1" if name.endswith("localhost") else host, *more, **named)
            socket.getaddrinfo = local
            port = os.environ["ENDPOINT"].rsplit(":", 1)[1]
            config = Config(s3={"addressing_style": "virtual"}, signature_version="s3v4", retries={"max_attempts": 0})
            s3 = boto3.client("s3", endpoint_url="http://localhost:" + port, config=config)
            s3.create_bucket(Bucket="theirs")
            data = os.urandom(20 << 20)
            s3.upload_fileobj(io.BytesIO(data), "theirs", "dir/é +")
            back = io.BytesIO()
            s3.download_fileobj("theirs", "dir/é +", back)
            listed = [item["Key"] for item in s3.list_objects_v2(Bucket="theirs")["Contents"]]
            url = s3.generate_presigned_url("get_object", Params={"Bucket": "theirs", "Key": "dir/é +"})
            fetched = urllib.request.urlopen(url).read()
            put = s3.generate_presigned_url("put_object", Params={"Bucket": "theirs", "Key": "p"})
            urllib.request.urlopen(urllib.request.Request(put, data=b"anybody", method="PUT"))
            text = s3.get_object(Bucket="theirs", Key="p")["Body"].read()
            s3.delete_objects(Bucket="theirs", Delete={"Objects": [{"Key": "dir/é +"}, {"Key": "p"}]})
            left = s3.list_objects_v2(Bucket="theirs").get("Contents", [])
            s3.delete_bucket(Bucket="theirs")
            show([back.getvalue() == data, listed == ["dir/é +"], url.startswith("http://theirs.localhost:"),
                  fetched == data, text == b"anybody", left == []])
            """
        )
        #expect(shown == [true, true, true, true, true, true])
        #expect(server.requests.contains { $0.operation == .uploadPart })
        #expect(server.requests.allSatisfy { $0.headers["host"] == "theirs.localhost:\(server.port)" })
        #expect(server.buckets.isEmpty)
        await server.stop()
    }
}
