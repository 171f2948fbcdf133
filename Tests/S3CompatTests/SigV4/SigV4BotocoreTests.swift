import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import GroundworkTestProcesses
import Testing

@testable import S3Compat

/// Generated requests signed by this module and by botocore, which must agree on every signature.
@Suite struct SigV4BotocoreTests {
    struct Case: Codable, Sendable {
        var method: String
        var host: String
        var path: String
        var query: [[String]]
        var headers: [[String]]
        var payload: String
        var token: String?
        var region: String
        var stamp: String
        var expires: Int
    }

    struct Answer: Decodable, Sendable { var header: String, presigned: String }

    private static let script = """
        import json, sys, datetime
        from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        from urllib.parse import quote, urlsplit, parse_qs
        import botocore.auth as auth
        out = []
        for c in json.load(sys.stdin):
            now = datetime.datetime.strptime(c['stamp'], '%Y%m%dT%H%M%SZ')
            auth.get_current_datetime = lambda *a, **k: now
            creds = Credentials('AKIAEXAMPLE', 'secret/+key', c.get('token'))
            path = quote(c['path'].encode('utf-8'), safe='/~')
            url = 'https://' + c['host'] + path
            def request():
                r = AWSRequest(method=c['method'], url=url, params=[tuple(p) for p in c['query']])
                for n, v in c['headers']: r.headers[n] = v
                return r
            r = request()
            r.headers['X-Amz-Content-SHA256'] = c['payload']
            class Fixed(S3SigV4Auth):
                def payload(self, request): return c['payload']
                def _should_sha256_sign_payload(self, request): return True
            Fixed(creds, 's3', c['region']).add_auth(r)
            p = request()
            p.url = url + ('?' + '&'.join(quote(n, safe='-_.~') + '=' + quote(v, safe='-_.~') for n, v in c['query']) if c['query'] else '')
            p.params = {}
            S3SigV4QueryAuth(creds, 's3', c['region'], expires=c['expires']).add_auth(p)
            out.append({'header': r.headers['Authorization'].rsplit('=', 1)[1],
                        'presigned': parse_qs(urlsplit(p.url).query)['X-Amz-Signature'][0]})
        print(json.dumps(out))
        """

    private static let words = [
        "a", "b c", "x+y", "%2F", "é", "e\u{301}", "日本", "😀", "~", "a=b", "&", "?", "//", "/./", "/../x", "..", "*",
        "!'()", ":", ";", "@", "\u{1}", "\u{7F}", "|", "\\", "#", "[]", "{}", "\"", "<>", "$", ",", "uploads", "Z", "-",
    ]

    private static func cases(_ count: Int) -> [Case] {
        let random = ManualRandom(seed: 7)
        func pick<T>(_ items: [T]) -> T { items[Int(random.next() % UInt64(items.count))] }
        func text(_ maximum: UInt64) -> String {
            (0..<(1 + random.next() % maximum)).map { _ in pick(words) }.joined()
        }
        return (0..<count).map { number in
            var query: [[String]] = []
            // botocore keeps one value for a name when it presigns, so no name is given twice.
            for index in 0..<(random.next() % 5) {
                query.append(["\(text(3))\(index)", random.next() % 3 == 0 ? "" : text(3)])
            }
            var headers: [[String]] = []
            if random.next() % 2 == 0 { headers.append(["x-amz-meta-note", "a  b \(number)"]) }
            if random.next() % 2 == 0 { headers.append(["Range", "bytes=\(number)-\(number * 2)"]) }
            if random.next() % 3 == 0 { headers.append(["Content-Type", "text/plain; charset=utf-8"]) }
            if random.next() % 3 == 0 { headers.append(["If-None-Match", "*"]) }
            if random.next() % 4 == 0 { headers.append(["User-Agent", "x/1"]) }
            return Case(
                method: pick(["GET", "PUT", "HEAD", "POST", "DELETE"]),
                host: pick(["127.0.0.1:9000", "bucket.s3.eu-west-1.amazonaws.com", "a.r2.cloudflarestorage.com"]),
                path: "/" + text(6),
                query: query,
                headers: headers,
                payload: pick([SigV4Signer.unsignedPayload, SigV4Signer.emptyPayload]),
                token: random.next() % 3 == 0 ? "token/+=\(number)" : nil,
                region: pick(["us-east-1", "auto", "eu-central-1"]),
                stamp: UTCDateTime(secondsSince1970: 1_400_000_000 + Int(random.next() % 500_000_000)).basicISO8601,
                expires: 1 + Int(random.next() % 604_800)
            )
        }
    }

    @Test func agreesWithBotocore() async throws {
        let cases = Self.cases(400)
        let answers = try await Python.run(Self.script, cases, as: [Answer].self)
        try #require(answers.count == cases.count)
        let signer = SigV4Signer()
        for (example, answer) in zip(cases, answers) {
            let credentials = S3Credentials(
                accessKeyID: "AKIAEXAMPLE",
                secretAccessKey: Secret("secret/+key"),
                sessionToken: example.token.map { Secret($0) }
            )
            let date = try #require(UTCDateTime(iso8601: example.stamp)).date
            var input = SigV4Signer.Input(
                method: example.method,
                host: example.host,
                path: PercentEncoding.path(example.path),
                payloadHash: example.payload
            )
            input.query = example.query.map { ($0[0], $0[1]) }
            input.headers = example.headers.map { ($0[0], $0[1]) }
            let signed = try signer.sign(input, credentials: credentials, region: example.region, date: date)
            let header = signed.headers.first { $0.name == "Authorization" }?.value ?? ""
            #expect(header.hasSuffix("Signature=\(answer.header)"), "\(example)")
            input.payloadHash = SigV4Signer.unsignedPayload
            let presigned = try signer.presign(
                input,
                credentials: credentials,
                region: example.region,
                date: date,
                expires: example.expires
            )
            #expect(presigned.target.hasSuffix("X-Amz-Signature=\(answer.presigned)"), "\(example)")
        }
    }
}
