import EnvSchema
import EnvSchemaTools
import FoundationEssentials
import Glibc
import GroundworkBase
import Testing

@Suite struct SecretScannerTests {
    private let secret = #"pä/s"wörd&<9xK>+ q=="#

    private func forms(_ output: String) -> Set<SecretScanner.Form> {
        Set(SecretScanner([("KEY", secret)]).scan(output).map(\.form))
    }

    @Test func everyFormIsFound() throws {
        let bytes = Array(secret.utf8)
        #expect(forms("log: \(secret)!") == [.plain])
        #expect(forms("x\(Base64.encode(bytes))x") == [.base64])
        #expect(forms("x\(Base64.encodeURL(bytes))x") == [.base64])
        #expect(forms("x\(Hex.encode(bytes))x") == [.hex])
        #expect(forms("x\(Hex.encode(bytes, uppercase: true))x") == [.hex])
        let json = try String(decoding: JSONEncoder().encode([secret]), as: UTF8.self)
        #expect(forms(json) == [.json])
        #expect(forms("p%C3%A4%2Fs%22w%C3%B6rd%26%3C9xK%3E%2B%20q%3D%3D") == [.percent])
        #expect(forms("p%c3%a4%2fs%22w%c3%b6rd%26%3c9xK%3e%2b%20q%3d%3d") == [.percent])
        #expect(forms("p%C3%A4%2Fs%22w%C3%B6rd%26%3C9xK%3E%2B+q%3D%3D") == [.percent])
        #expect(forms("<b>pä/s&quot;wörd&amp;&lt;9xK&gt;+ q==</b>") == [.html])
        #expect(forms(#"p\u00e4/s\"w\u00f6rd&<9xK>+ q=="#) == [.json])
    }

    @Test func base64WithinLongerBase64IsFound() {
        for prefix in ["", "u", "us", "use"] {
            let text = Base64.encode(Array("\(prefix)\(secret)tail".utf8))
            #expect(forms("Authorization: Basic \(text)") == [.base64])
        }
    }

    @Test func theLinesOfAKeyAreFoundOneByOne() {
        var random = SeededRandom(5)
        let body = Base64.encode(random.bytes(150))
        let lines = [body.prefix(64), body.dropFirst(64).prefix(64), body.dropFirst(128)].map { String($0) }
        let pem = "-----BEGIN PRIVATE KEY-----\n\(lines.joined(separator: "\n"))\n-----END PRIVATE KEY-----\n"
        let scanner = SecretScanner([("APPLE_PRIVATE_KEY", pem)])
        for line in lines { #expect(scanner.scan("2026 key=\(line) end").map(\.variable) == ["APPLE_PRIVATE_KEY"]) }
        #expect(!scanner.scan(body).isEmpty)
        #expect(scanner.scan("-----BEGIN PRIVATE KEY-----").isEmpty)
        let escaped = SecretScanner([("K", pem.split(separator: "\n").joined(separator: "\\n"))])
        #expect(!escaped.scan(lines[1]).isEmpty)
    }

    @Test func placeAndNameAreReported() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "scan-\(UUID().uuidString)").path
        try "one\ntwo vR7bq2LmX9cT\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        let leaks = try SecretScanner([("OTHER", "another-value"), ("KEY", "vR7bq2LmX9cT")]).scan(files: [path])
        #expect(leaks.map(\.description) == ["\(path):2:5: the value of KEY (plain)"])
    }

    @Test func aSecretAcrossChunksIsFound() {
        let scanner = SecretScanner([("KEY", "vR7bq2LmX9cT")])
        let bytes = Array("line\nabc vR7bq2LmX9cT and vR7bq2LmX9cT".utf8)
        for size in 1...bytes.count {
            var scan = scanner.stream()
            var leaks: [SecretScanner.Leak] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                leaks += scan.consume(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            leaks += scan.finish()
            #expect(leaks.map(\.column) == [5, 22])
            #expect(leaks.map(\.line) == [2, 2])
        }
    }

    @Test func shortValuesAreNamedAndNotLookedFor() {
        let scanner = SecretScanner([("A", "12345"), ("B", "123456")])
        #expect(scanner.skipped == ["A"])
        #expect(scanner.scan("12345").isEmpty)
    }

    @Test func secretsWithSignsOfPatternsAreFoundLiterally() {
        let scanner = SecretScanner([("A", "a.*[b]$(c)\\d%@%s")])
        #expect(scanner.scan("x a.*[b]$(c)\\d%@%s").count == 1)
        #expect(scanner.scan("x aXXb$(c)1%@%s").isEmpty)
    }

    @Test func manySecretsInMuchOutputGiveNoFalseAlarm() {
        var random = SeededRandom(6)
        let secrets = (0..<100).map { ("S\($0)", Base64.encode(random.bytes(32))) }
        let scanner = SecretScanner(secrets)
        #expect(scanner.scan(random.bytes(1 << 20)).isEmpty)
        var output = random.bytes(1 << 16)
        output += Array(secrets[42].1.utf8)
        #expect(scanner.scan(output + random.bytes(1 << 16)).map(\.variable) == ["S42"])
    }

    @Test func leaksAreBounded() {
        var scan = SecretScanner([("A", "secret-a")]).stream()
        var count = 0
        for _ in 0..<2000 { count += scan.consume(Array("secret-a\n".utf8)).count }
        count += scan.finish().count
        #expect(count == SecretScan.maximumLeaks && scan.isTruncated)
    }

    @Test(.timeLimit(.minutes(1))) func onlyRegularFilesAreRead() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID().uuidString)").path
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let scanner = SecretScanner([("A", "secret-a")])
        #expect(throws: SystemCallError.self) { try scanner.scan(file: path) }
        #expect(throws: SystemCallError.self) { try scanner.scan(file: "/tmp") }
        #expect(throws: SystemCallError.self) { try scanner.scan(file: "/nowhere/at/all") }
    }

    @Test func theScannerShowsNoSecret() {
        let scanner = SecretScanner([("A", "vR7bq2LmX9cT")])
        var dumped = ""
        dump(scanner, to: &dumped)
        dump(scanner.stream(), to: &dumped)
        for text in ["\(scanner)", dumped, String(reflecting: scanner)] { #expect(!text.contains("vR7b")) }
    }
}
