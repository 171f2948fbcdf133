import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import S3CompatTesting
import Testing

/// The AWS CLI and boto3 with the loopback server as their endpoint.
@Suite struct AWSClientTests {
    private func aws(_ server: LoopbackS3Server, _ arguments: [String]) async throws -> String {
        let output = try await ChildProcess.output(
            of: TestTools.program("aws"),
            ["--endpoint-url", server.endpoint] + arguments,
            environment: Boto3(server).environment
        )
        return String(decoding: output, as: UTF8.self)
    }

    /// Bytes in which no two blocks are alike.
    private func content(_ count: Int) -> [UInt8] {
        let random = ManualRandom(seed: 20)
        return random.bytes(count)
    }

    @Test func commandLineCopiesListsAndRemoves() async throws {
        let server = try await LoopbackS3Server.start(buckets: ["cli"])
        try await withTemporaryDirectory { directory in
            // Above the CLI's threshold of 8 MiB: it goes in parts.
            let bytes = content(20 << 20)
            try Data(bytes).write(to: URL(filePath: "\(directory)/up"))
            _ = try await aws(server, ["s3", "cp", "\(directory)/up", "s3://cli/dir/big file", "--no-progress"])
            let isStored = try await server.contents(of: "dir/big file", in: "cli") == bytes
            #expect(isStored)
            #expect(server.requests.contains { $0.operation == .uploadPart })
            #expect(server.pendingUploads(in: "cli").isEmpty)

            let listing = try await aws(server, ["s3", "ls", "--recursive", "s3://cli"])
            #expect(listing.contains("20971520 dir/big file"))
            #expect(try await aws(server, ["s3", "ls", "s3://cli"]).contains("PRE dir/"))

            _ = try await aws(server, ["s3", "cp", "s3://cli/dir/big file", "\(directory)/down", "--no-progress"])
            #expect(try Data(contentsOf: URL(filePath: "\(directory)/down")) == Data(bytes))

            _ = try await aws(server, ["s3", "rm", "--recursive", "s3://cli/dir"])
            #expect(server.keys(in: "cli").isEmpty)
            _ = try await aws(server, ["s3", "rb", "s3://cli"])
            #expect(server.buckets.isEmpty)
        }
        await server.stop()
    }

    @Test func botoUploadsDownloadsAndPresigns() async throws {
        let server = try await LoopbackS3Server.start(buckets: ["boto"])
        struct Shown: Decodable {
            let same: Bool
            let presigned: String
            let checksum: String
        }
        let shown: Shown = try await Boto3(server).value(
            """
            import io, urllib.request
            s3 = client()
            data = os.urandom(20 << 20)
            s3.upload_fileobj(io.BytesIO(data), "boto", "big", ExtraArgs={"ChecksumAlgorithm": "SHA256"})
            back = io.BytesIO()
            s3.download_fileobj("boto", "big", back)
            s3.put_object(Bucket="boto", Key="small", Body=b"small", ChecksumAlgorithm="SHA1")
            signer = client(signature_version="s3v4")
            url = signer.generate_presigned_url("get_object", Params={"Bucket": "boto", "Key": "small"})
            text = urllib.request.urlopen(url).read().decode()
            head = s3.head_object(Bucket="boto", Key="big", ChecksumMode="ENABLED")
            show({"same": back.getvalue() == data, "presigned": text, "checksum": head["ChecksumSHA256"]})
            """
        )
        #expect(shown.same)
        #expect(shown.presigned == "small")
        // 20 MiB in parts of 8 MiB: the checksum is one of checksums.
        #expect(shown.checksum.hasSuffix("-3"))
        await server.stop()
    }

    @Test func botoSendsWholeObjectChecksumsForParts() async throws {
        let server = try await LoopbackS3Server.start(buckets: ["boto"])
        let same: [Bool] = try await Boto3(server).value(
            """
            import zlib
            s3 = client()
            one, two = os.urandom(5 << 20), os.urandom(1000)
            up = s3.create_multipart_upload(
                Bucket="boto", Key="k", ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
            parts = []
            for number, data in ((1, one), (2, two)):
                answer = s3.upload_part(Bucket="boto", Key="k", UploadId=up["UploadId"], PartNumber=number, Body=data,
                    ChecksumAlgorithm="CRC32")
                parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumCRC32": answer["ChecksumCRC32"]})
            whole = base64.b64encode(zlib.crc32(one + two).to_bytes(4, "big")).decode()
            done = s3.complete_multipart_upload(Bucket="boto", Key="k", UploadId=up["UploadId"],
                MultipartUpload={"Parts": parts}, ChecksumCRC32=whole, ChecksumType="FULL_OBJECT")
            got = s3.get_object(Bucket="boto", Key="k", ChecksumMode="ENABLED")
            show([done["ChecksumCRC32"] == whole, got["ChecksumCRC32"] == whole, got["Body"].read() == one + two])
            """
        )
        #expect(same == [true, true, true])
        await server.stop()
    }

    @Test func botoNoticesWhatTheServerSpoils() async throws {
        let server = try await LoopbackS3Server.start(buckets: ["boto"])
        server.inject(.wrongChecksum, into: LoopbackS3FaultFilter(.getObject))
        server.inject(.corruptResponse(atOffset: 3), into: LoopbackS3FaultFilter(.getObject), skipping: 1)
        let outcomes: [String] = try await Boto3(server).value(
            """
            s3 = client()
            s3.put_object(Bucket="boto", Key="k", Body=b"hello", ChecksumAlgorithm="CRC32")
            def outcome():
                try:
                    return s3.get_object(Bucket="boto", Key="k", ChecksumMode="ENABLED")["Body"].read().decode()
                except Exception as error:
                    return type(error).__name__
            show([outcome() for _ in range(3)])
            """
        )
        #expect(outcomes == ["FlexibleChecksumError", "FlexibleChecksumError", "hello"])
        await server.stop()
    }

    /// Over https boto3 sends bodies in `aws-chunked` coding with their checksum in the trailer.
    @Test func botoSendsTrailersOverTLS() async throws {
        var configuration = LoopbackS3Server.Configuration()
        configuration.usesTLS = true
        configuration.buckets = ["boto"]
        let server = try await LoopbackS3Server.start(configuration)
        try await withTemporaryDirectory { directory in
            let authority = "\(directory)/ca.pem"
            try Data(try #require(server.certificateAuthorityPEM).utf8).write(to: URL(filePath: authority))
            var boto = Boto3(server)
            boto.certificateAuthority = authority
            let same: Bool = try await boto.value(
                """
                import io
                s3 = client()
                data = os.urandom(200_000)
                s3.put_object(Bucket="boto", Key="k", Body=io.BytesIO(data))
                show(s3.get_object(Bucket="boto", Key="k")["Body"].read() == data)
                """
            )
            #expect(same)
            let put = try #require(server.requests.first { $0.operation == .putObject })
            #expect(put.headers["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            #expect(put.headers["x-amz-trailer"] == "x-amz-checksum-crc32")
        }
        await server.stop()
    }
}
