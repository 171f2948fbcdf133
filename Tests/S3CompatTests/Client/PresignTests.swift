import FoundationEssentials
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkTesting
import S3CompatTesting
import Testing

@testable import S3Compat

@Suite struct PresignTests {
    /// Sends a presigned request as anybody would.
    private func send(_ presigned: S3PresignedRequest, body: HTTPBody? = nil) async throws -> (HTTPResponse, [UInt8]) {
        let url = presigned.url.dropFirst("http://".count)
        let slash = try #require(url.firstIndex(of: "/"))
        var request = HTTPRequest(
            method: presigned.method,
            scheme: "http",
            authority: String(url[..<slash]),
            path: String(url[slash...])
        )
        for (name, value) in presigned.headers {
            request.headerFields[try #require(HTTPField.Name(name))] = value
        }
        return try await CurlHTTPTransport.shared.collect(request, body: body)
    }

    @Test func putsAndGetsWithoutCredentials() async throws {
        try await withStore { store in
            for key in ["plain", "a//b", "../x", "a+b %2F😀"] {
                var options = S3PresignOptions()
                options.headers = ["Content-Type": "text/x"]
                let put = try await store.bucket.presign(.put, key, options: options)
                #expect(try await send(put, body: .text("hello")).0.status.code == 200)
                var download = S3PresignOptions()
                download.responseHeaders = ["content-disposition": "attachment; filename=\"a b.txt\""]
                let (head, body) = try await send(try await store.bucket.presign(.get, key, options: download))
                #expect(body == Array("hello".utf8))
                #expect(head.headerFields[.contentType] == "text/x")
                #expect(head.headerFields[.contentDisposition] == "attachment; filename=\"a b.txt\"")
            }
            #expect(store.server.requests.allSatisfy { $0.isPresigned })
        }
    }

    @Test func expires() async throws {
        try await withStore { store in
            try await store.bucket.put("k", .text("x"))
            var options = S3PresignOptions()
            options.expires = .seconds(60)
            let request = try await store.bucket.presign(.get, "k", options: options)
            store.server.moveClock(by: .seconds(120))
            #expect(try await send(request).0.status.code == 403)
        }
    }

    @Test func refusesWhatCannotBe() async throws {
        try await withStore { store in
            for expires in [Duration.zero, .seconds(604_801), .seconds(-1), .milliseconds(500)] {
                var options = S3PresignOptions()
                options.expires = expires
                let error = try await s3Error { _ = try await store.bucket.presign(.get, "k", options: options) }
                #expect(error?.code == .invalidArgument)
            }
            let post = try await s3Error { _ = try await store.bucket.presign(.post, "k") }
            #expect(post?.code == .invalidArgument)
        }
    }

    @Test func doesNotOutliveTemporaryCredentials() async throws {
        let time = ManualTime()
        let end = time.now.addingTimeInterval(600)
        try await withStore(client: { configuration in
            configuration.time = time
            configuration.credentials = .fixed(
                S3Credentials(
                    accessKeyID: "a",
                    secretAccessKey: Secret("b"),
                    sessionToken: Secret("t/+"),
                    expiration: end
                )
            )
        }) { store in
            var options = S3PresignOptions()
            options.expires = .seconds(601)
            let error = try await s3Error { _ = try await store.bucket.presign(.get, "k", options: options) }
            #expect(error?.code == .invalidArgument)
            options.expires = .seconds(600)
            let request = try await store.bucket.presign(.get, "k", options: options)
            #expect(request.url.contains("X-Amz-Security-Token=t%2F%2B"))
        }
    }

    @Test func hidesItsSignature() async throws {
        try await withStore { store in
            let request = try await store.bucket.presign(.get, "k")
            #expect(!"\(request)".contains("Signature"))
            #expect(!String(reflecting: request).contains("Signature"))
            var dumped = ""
            dump(request, to: &dumped)
            #expect(!dumped.contains("Signature"))
            #expect(dumped.contains("<redacted>"))
            #expect(request.url.contains("X-Amz-Signature="))
        }
    }
}
