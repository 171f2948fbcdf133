import GroundworkCore
import GroundworkCrypto
import Testing

@Suite struct HMACKeyTests {
    /// RFC 4231 sections 4.2, 4.3, 4.7 and 4.8.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            "This is a test using a larger than block-size key and a larger than block-size data. "
                + "The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ])
    func publishedVectors(key: [UInt8], message: String, expected: String) throws {
        #expect(Hex.encode(try HMACKey(.sha256, key: key).authenticate(Array(message.utf8))) == expected)
    }

    @Test func agreesWithPythonForEveryKeyLength() async throws {
        let lines = try await python(
            """
            import hmac, random
            r = random.Random(11)
            for length in list(range(0, 140)) + [300, 4000]:
                key, data = r.randbytes(length), r.randbytes(r.randrange(0, 600))
                print(key.hex(), data.hex(), *(hmac.new(key, data, n).hexdigest() for n in ("md5", "sha1", "sha256", "sha512")))
            """
        )
        #expect(lines.count == 142)
        for line in lines {
            let key = try #require(Hex.decode(line[0]))
            let data = try #require(Hex.decode(line[1]))
            for (index, algorithm) in [DigestAlgorithm.md5, .sha1, .sha256, .sha512].enumerated() {
                let code = try HMACKey(algorithm, key: key).authenticate(data)
                #expect(Hex.encode(code) == line[2 + index], "\(algorithm), key of \(key.count) bytes")
            }
        }
    }

    @Test func servesManyTasksAtOnce() async throws {
        let key = try HMACKey(.sha256, key: Array("shared".utf8))
        let expected = try (0..<200).map { try key.authenticate(Array("message \($0)".utf8)) }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for (index, code) in expected.enumerated() {
                        #expect((try? key.authenticate(Array("message \(index)".utf8))) == code)
                    }
                }
            }
        }
    }
}
