import FoundationEssentials
import GroundworkTestProcesses
import S3CompatTesting
import Testing

extension ExampleTests {
    /// What `backup` asks of a store, beside what its page says that it asks.
    @Suite struct BackupRights {
        private static let rights: [LoopbackS3Operation: String] = [
            .putObject: "s3:PutObject", .createMultipartUpload: "s3:PutObject", .uploadPart: "s3:PutObject",
            .completeMultipartUpload: "s3:PutObject", .getObject: "s3:GetObject", .headObject: "s3:GetObject",
            .listObjectsV2: "s3:ListBucket", .deleteObject: "s3:DeleteObject", .deleteObjects: "s3:DeleteObject",
            .abortMultipartUpload: "s3:AbortMultipartUpload",
            .listMultipartUploads: "s3:ListBucketMultipartUploads",
        ]

        /// The rights that a part of the page names.
        private func named(_ text: Substring) -> Set<String> {
            Set(text.matches(of: #/s3:[A-Za-z]+/#).map { String($0.output) })
        }

        @Test func theRightsThatThePageNamesAreThoseThatAreUsed() async throws {
            let page = try String(contentsOfFile: "\(PackageRoot.path)/Examples/Backup/README.md", encoding: .utf8)
            let section = try #require(page.split(separator: "\n## Rights at the store\n").last)
            let table = try #require(section.split(separator: "\n```json\n").first)
            let policy = try #require(section.split(separator: "\n```").dropFirst().first)
            try await withLoopbackUser { user, server in
                for arguments in [["doctor"], ["run"], ["run"], ["verify"], ["list"], ["prune", "--delete"]] {
                    let outcome = try await user.run(.backup, arguments)
                    #expect([0, 5].map { .status($0) }.contains(outcome.exit), "\(arguments): \(outcome.errorText)")
                }
                var used: Set<String> = []
                for operation in Set(server.requests.map(\.operation)) {
                    used.insert(try #require(Self.rights[operation], "\(operation) needs a right that is not told"))
                }
                // Only an upload that fails is aborted.
                used.insert("s3:AbortMultipartUpload")
                #expect(named(table) == used)
                #expect(named(policy) == used)
            }
        }

        @Test func aRunTouchesNothingOutsideOfItsFolder() async throws {
            let settings = ["BUCKET_SUBFOLDER": "apps", "BACKUP_FILE_PREFIX": "shop"]
            try await withLoopbackUser { user, server in
                let run = try await user.changing(settings).run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let keys = server.requests.compactMap(\.key)
                #expect(keys.contains { $0.contains(".groundwork-probe/") })
                #expect(keys.filter { !$0.hasPrefix("apps/shop/") } == [])
            }
        }

        @Test func aKeyThatMayNotLookAtObjectsIsToldWhichRightItLacks() async throws {
            try await withLoopbackUser { user, server in
                server.inject(
                    .error(status: 403, code: "AccessDenied"),
                    into: LoopbackS3FaultFilter(.headObject),
                    times: nil
                )
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(1))
                #expect(run.errorText.contains("it needs the right s3:GetObject"), "\(run.errorText)")
                #expect(server.backupKeys(in: "backups") == [], "what cannot be proved was left")
            }
        }
    }
}
