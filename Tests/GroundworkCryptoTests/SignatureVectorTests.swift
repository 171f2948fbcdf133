import GroundworkCore
import GroundworkCrypto
import GroundworkTestProcesses
import Testing

/// Signatures, good and bad, that Python made: `Tests/Support/signature_vectors.py` says how.
@Suite struct SignatureVectorTests {
    @Test func pythonsVectorsAreJudgedAsPythonMadeThem() async throws {
        let output = try await ChildProcess.output(
            of: TestTools.program("python3"),
            [TestTools.support("signature_vectors.py")]
        )
        var kinds: [Substring: Int] = [:]
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            try #require(fields.count == 6)
            let message = try #require(fields[2] == "-" ? [] : Hex.decode(fields[2]))
            let signature = try #require(fields[3] == "-" ? [] : Hex.decode(fields[3]))
            let isValid: Bool
            if fields[0] == "RSA" {
                let numbers = fields[1].split(separator: ":").compactMap { Hex.decode($0) }
                let key = try #require(RSAPublicKey(modulus: numbers[0], exponent: numbers[1]))
                isValid = key.isValid(signature, of: message)
            } else {
                let point = try #require(Hex.decode(fields[1]))
                let key = try #require(P256PublicKey(point: point))
                isValid = key.isValid(signature, of: message)
            }
            #expect(isValid == (fields[4] == "1"), "\(fields[0]) \(fields[5])")
            kinds[fields[0], default: 0] += 1
        }
        #expect((kinds["RSA"] ?? 0) > 400 && (kinds["P256"] ?? 0) > 200)
    }

    @Test func pointsThatAreNotOnTheCurveAreNoKeys() throws {
        let good = try P256PrivateKey().publicKey.point
        #expect(P256PublicKey(point: good) != nil)
        var off = good
        off[64] ^= 1
        #expect(P256PublicKey(point: off) == nil)
        #expect(P256PublicKey(point: [4] + [UInt8](repeating: 0, count: 64)) == nil)
        #expect(P256PublicKey(point: [4] + [UInt8](repeating: 0xFF, count: 64)) == nil)
        #expect(P256PublicKey(point: [2] + good[1..<33]) == nil)
        #expect(P256PublicKey(point: [6] + good[1...]) == nil)
        #expect(P256PublicKey(point: good + [0]) == nil)
        #expect(P256PublicKey(x: Array(good[1..<32]), y: Array(good[33...])) == nil)
        #expect(P256PublicKey(x: [0] + good[1..<33], y: Array(good[33...])) == nil)
    }

    @Test func anRSAKeyIsUsedByManyTasksAtOnce() async throws {
        let key = try RSAPrivateKey()
        let publicKey = try #require(RSAPublicKey(modulus: key.modulus, exponent: key.exponent))
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let message = [UInt8](repeating: UInt8(number), count: number)
                    guard let signature = try? key.sign(message) else { return false }
                    return (0..<20).allSatisfy { _ in
                        publicKey.isValid(signature, of: message) && !publicKey.isValid(signature, of: message + [0])
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
