import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@Suite struct PEMTextTests {
    /// Keys and a certificate as openssl writes them: the PEM text and the DER bytes.
    private struct Sample {
        let name: String
        let label: String
        let pem: String
        let der: [UInt8]
    }

    private func samples(in directory: String) async throws -> [Sample] {
        let script = """
            set -e; cd "$1"
            openssl ecparam -name prime256v1 -genkey -noout -out sec1.pem
            openssl pkcs8 -topk8 -nocrypt -in sec1.pem -out pkcs8.pem
            openssl genpkey -algorithm ed25519 -out ed.pem
            openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out rsa8.pem
            openssl rsa -traditional -in rsa8.pem -out rsa1.pem
            openssl ec -in sec1.pem -pubout -out public.pem
            openssl req -x509 -key pkcs8.pem -subj /CN=test -days 1 -out cert.pem
            openssl ec -in sec1.pem -outform der -out sec1.der
            openssl pkcs8 -topk8 -nocrypt -in sec1.pem -outform der -out pkcs8.der
            openssl pkey -in ed.pem -outform der -out ed.der
            openssl pkcs8 -topk8 -nocrypt -in rsa8.pem -outform der -out rsa8.der
            openssl rsa -traditional -in rsa8.pem -outform der -out rsa1.der
            openssl ec -in sec1.pem -pubout -outform der -out public.der
            openssl x509 -in cert.pem -outform der -out cert.der
            openssl pkcs8 -topk8 -in sec1.pem -passout pass:secret -out encrypted8.pem
            openssl ec -in sec1.pem -aes128 -passout pass:secret -out encrypted1.pem
            """
        try await ChildProcess.output(of: "/bin/sh", ["-c", script, "sh", directory])
        let labels = [
            "sec1": "EC PRIVATE KEY", "pkcs8": "PRIVATE KEY", "ed": "PRIVATE KEY", "rsa8": "PRIVATE KEY",
            "rsa1": "RSA PRIVATE KEY", "public": "PUBLIC KEY", "cert": "CERTIFICATE",
        ]
        return try labels.sorted { $0.key < $1.key }.map { name, label in
            Sample(
                name: name,
                label: label,
                pem: String(decoding: try contents("\(directory)/\(name).pem"), as: UTF8.self),
                der: try contents("\(directory)/\(name).der")
            )
        }
    }

    private func contents(_ path: String) throws -> [UInt8] { try OpenFile(path).read(1 << 20, at: 0) }

    private func replacing(_ text: String, _ old: Character, _ new: String) -> String {
        text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }

    @Test func everyShapeOfEveryKindGivesTheSameBytes() async throws {
        try await withTemporaryDirectory { directory in
            for sample in try await samples(in: directory) {
                let body = sample.pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
                let labelled = [
                    "pem": sample.pem,
                    "no last line end": sample.pem.trimmingASCIIWhitespace(),
                    "blanks around": "\n \t\(sample.pem)\n\n",
                    "escaped": replacing(sample.pem, "\n", "\\n"),
                    "escaped CRLF": replacing(sample.pem, "\n", "\\r\\n"),
                    "CRLF": replacing(sample.pem, "\n", "\r\n"),
                    "one line": replacing(sample.pem, "\n", " "),
                    "no line ends": replacing(sample.pem, "\n", ""),
                    "base64 of PEM": Base64.encode(Array(sample.pem.utf8)),
                    "URL base64 of PEM": Base64.encodeURL(Array(sample.pem.utf8)),
                    "wrapped base64 of PEM": Base64.encode(Array(sample.pem.utf8)).enumerated()
                        .map { $0.offset % 76 == 75 ? "\($0.element)\n" : "\($0.element)" }.joined(),
                    "text before": "Bag Attributes\n    friendlyName: x\n\(sample.pem)",
                    "path": "\(directory)/\(sample.name).pem",
                    "path with a line end": "\(directory)/\(sample.name).pem\n",
                ]
                for (shape, text) in labelled {
                    let key = try PEMText(pathOrContents: text)
                    #expect(key.label == sample.label, "\(sample.name), \(shape)")
                    #expect(key.der == Secret(sample.der), "\(sample.name), \(shape)")
                    guard !shape.hasPrefix("path") else { continue }
                    #expect(try PEMText(parsing: text).der == Secret(sample.der), "\(sample.name), \(shape)")
                }
                let bare = [
                    "base64 of DER": body, "URL base64 of DER": Base64.encodeURL(sample.der),
                    "path of DER": "\(directory)/\(sample.name).der",
                ]
                for (shape, text) in bare {
                    let key = try PEMText(pathOrContents: text)
                    #expect(key.label == nil, "\(sample.name), \(shape)")
                    #expect(key.der == Secret(sample.der), "\(sample.name), \(shape)")
                }
            }
        }
    }

    @Test func everyCutIsNoticed() async throws {
        try await withTemporaryDirectory { directory in
            let sample = try #require(try await samples(in: directory).first { $0.name == "pkcs8" })
            let pem = Array(sample.pem.trimmingASCIIWhitespace().utf8)
            for length in 0..<pem.count {
                let text = String(decoding: pem[..<length], as: UTF8.self)
                #expect(throws: TextParsingError.self, "\(length)") { try PEMText(parsing: text) }
            }
            let bare = Array(Base64.encode(sample.der).utf8)
            for length in 0..<bare.count {
                let text = String(decoding: bare[..<length], as: UTF8.self)
                // Padding may be left out: then nothing is missing.
                guard Base64.decodeURL(text) != sample.der else { continue }
                #expect(throws: TextParsingError.self, "\(length)") { try PEMText(parsing: text) }
            }
        }
    }

    @Test func encryptedKeysAreNamedAsSuch() async throws {
        try await withTemporaryDirectory { directory in
            _ = try await samples(in: directory)
            for name in ["encrypted8", "encrypted1"] {
                let error = #expect(throws: TextParsingError.self) {
                    try PEMText(contentsOfFile: "\(directory)/\(name).pem")
                }
                #expect(error?.reason.contains("encrypted keys are not supported") == true, "\(name): \(error as Any)")
            }
        }
    }

    @Test func errorsNeverRepeatTheText() {
        for text in ["hunter2hunter2", "-----BEGIN hunter2-----\nhunter2\n-----END hunter2-----", "/hunter2/none.pem"] {
            let error = #expect(throws: TextParsingError.self) { try PEMText(pathOrContents: text) }
            #expect(error?.description.contains("hunter2") == false, "\(error as Any)")
        }
    }

    @Test func aMissingFileIsNamedAsUnreadable() {
        let error = #expect(throws: TextParsingError.self) { try PEMText(pathOrContents: "/absent/key.p8") }
        #expect(error?.reason == "the file that it names cannot be read: No such file or directory")
    }

    @Test func lengthIsBounded() {
        #expect(throws: TextParsingError.self) { try PEMText(parsing: String(repeating: "A", count: 1 << 21)) }
    }

    @Test(
        arguments: [
            [], [0x30], [0x30, 0x01], [0x31, 0x00], [0x30, 0x80], [0x30, 0x81, 0x01, 0x00],
            [0x30, 0x85, 0, 0, 0, 0, 1, 0],
            [0x30, 0x00, 0x00], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x81],
        ] as [[UInt8]]
    )
    func bytesThatAreNotOneSequenceAreRefused(_ bytes: [UInt8]) {
        #expect(throws: TextParsingError.self) { try PEMText(parsing: Base64.encode(bytes)) }
    }
}
