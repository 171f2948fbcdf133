import GroundworkCore
import GroundworkCrypto
import Testing

@Suite struct DigestTests {
    /// RFC 1321 appendix A.5, FIPS 180-4 examples.
    @Test(arguments: [
        (DigestAlgorithm.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
        (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
        (.md5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        (.md5, "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
        (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            .sha1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            .sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            .sha512, "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ])
    func publishedVectors(algorithm: DigestAlgorithm, text: String, expected: String) throws {
        let digest = try Digest.hash(algorithm, Array(text.utf8))
        #expect(Hex.encode(digest) == expected)
        #expect(digest.count == algorithm.byteCount)
    }

    @Test func aMillionLettersA() throws {
        let digest = try Digest(.sha256)
        for _ in 0..<1000 { digest.update([UInt8](repeating: 0x61, count: 1000)) }
        #expect(
            Hex.encode(try digest.finalize()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        )
    }

    @Test func agreesWithHashlibForEveryLengthAndSplit() async throws {
        let lines = try await python(
            """
            import hashlib, random
            r = random.Random(7)
            for length in list(range(0, 260)) + [r.randrange(260, 20000) for _ in range(60)]:
                data = r.randbytes(length)
                print(data.hex(), r.randrange(0, length + 1), *(hashlib.new(n, data).hexdigest() for n in ("md5", "sha1", "sha256", "sha512")))
            """
        )
        #expect(lines.count == 320)
        let algorithms: [DigestAlgorithm] = [.md5, .sha1, .sha256, .sha512]
        let running = try algorithms.map { try Digest($0) }
        for line in lines {
            let data = try #require(Hex.decode(line[0]))
            let split = try #require(Int(line[1]))
            for (index, digest) in running.enumerated() {
                digest.update(Array(data[..<split]))
                digest.update(data[split...].withUnsafeBytes { Array($0) })
                #expect(
                    Hex.encode(try digest.finalize()) == line[2 + index],
                    "\(algorithms[index]), \(data.count) bytes"
                )
            }
        }
    }

    @Test func isReusableAfterFinalize() throws {
        let digest = try Digest(.sha256)
        digest.update(Array("something else".utf8))
        _ = try digest.finalize()
        #expect(try digest.finalize() == Digest.hash(.sha256, []))
        digest.update(Array("abc".utf8).span.bytes)
        #expect(try digest.finalize() == Digest.hash(.sha256, Array("abc".utf8)))
    }
}
