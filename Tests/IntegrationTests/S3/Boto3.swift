import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses

/// Python's boto3 as the other party.
struct Boto3: Sendable {
    let endpoint: String
    let accessKeyID: String
    let secretAccessKey: String
    /// A file with the authority of the endpoint's certificate.
    var certificateAuthority: String?

    init(endpoint: String, accessKeyID: String, secretAccessKey: String) {
        self.endpoint = endpoint
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
    }

    /// The environment of any AWS client that talks to the endpoint.
    var environment: [String: String] {
        [
            "ENDPOINT": endpoint,
            "AWS_ACCESS_KEY_ID": accessKeyID,
            "AWS_SECRET_ACCESS_KEY": secretAccessKey,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        ].merging(certificateAuthority.map { ["AWS_CA_BUNDLE": $0] } ?? [:]) { $1 }
    }

    /// Runs a Python program. `client()` makes an S3 client; what `show` is called with comes back as JSON lines.
    func run(_ program: String, _ arguments: [String] = [], input: [UInt8] = []) async throws -> [UInt8] {
        let prelude = """
            import base64, boto3, hashlib, json, os, sys
            from botocore.config import Config
            def client(**more):
                config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}, **more)
                return boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], config=config)
            def show(value):
                print(json.dumps(value), flush=True)

            """
        return try await ChildProcess.output(
            of: TestTools.program("python"),
            ["-c", prelude + program] + arguments,
            input: input,
            environment: environment
        )
    }

    /// Runs a Python program and reads the one value that it shows.
    func value<Value: Decodable>(
        _ program: String,
        input: [UInt8] = [],
        as type: Value.Type = Value.self
    ) async throws -> Value {
        try JSONDecoder().decode(type, from: Data(try await run(program, input: input)))
    }

    /// Plays the recorded script of calls.
    func semantics() async throws -> [SemanticsLine] {
        let output = try await ChildProcess.output(
            of: TestTools.program("python"),
            [TestTools.support("boto3_semantics.py")],
            environment: environment
        )
        return try output.split(separator: 0x0A).map { try SemanticsLine(Array($0)) }
    }
}

/// What one step of the script came to.
struct SemanticsLine: Sendable, Hashable {
    let step: String
    let status: Int?
    let code: String
    /// The whole line, in which what is shown is compared as text.
    let text: String

    private struct Fields: Decodable {
        let step: String
        let status: Int?
        let code: String
    }

    init(_ line: [UInt8]) throws {
        let fields = try JSONDecoder().decode(Fields.self, from: Data(line))
        step = fields.step
        status = fields.status
        code = fields.code
        text = String(decoding: line, as: UTF8.self)
    }
}
