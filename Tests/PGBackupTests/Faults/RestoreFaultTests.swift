import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    /// Damaged backups and targets that must not be touched.
    @Suite struct RestoreFaultTests {
        /// What is done to a stored data object.
        enum Damage: String, CaseIterable, Sendable {
            case missing, cutByOne, cutInHalf, empty, grown, flippedFirst, flippedMiddle, flippedLast

            func apply(to bytes: inout [UInt8]) {
                switch self {
                case .missing: break
                case .cutByOne: bytes.removeLast()
                case .cutInHalf: bytes.removeLast(bytes.count / 2)
                case .empty: bytes = []
                case .grown: bytes.append(0)
                case .flippedFirst: bytes[0] ^= 1
                case .flippedMiddle: bytes[bytes.count / 2] ^= 0x10
                case .flippedLast: bytes[bytes.count - 1] ^= 0x80
                }
            }

            var code: PGBackupError.Code {
                switch self {
                case .missing: .dataMissing
                case .cutByOne, .cutInHalf, .empty, .grown: .dataTruncated
                case .flippedFirst, .flippedMiddle, .flippedLast: .dataCorrupted
                }
            }
        }

        @Test("Rule 4: only a full decode and the hashes prove a backup", arguments: Damage.allCases)
        func damageIsNamedAndLeavesNoDatabase(damage: Damage) async throws {
            try await withDatabase(.shop(orders: 2000)) { cluster, name in
                let store = InMemoryObjectStore()
                let backup = backup(of: cluster.url(name), to: store)
                let report = try await backup.run()
                let key = try #require(report.manifest.objects.first?.key)
                if damage == .missing {
                    try await store.delete(key)
                } else {
                    var bytes = try await store.read(key, upTo: 1 << 28)
                    damage.apply(to: &bytes)
                    try await store.put(key, .bytes(bytes))
                }
                let id = report.manifest.id
                let verification = try await failure { try await backup.verify(id) }
                #expect(verification.code == damage.code)
                #expect(verification.message.contains(damage.code == .dataCorrupted ? "\(id)" : key))
                let restore = try await failure { try await backup.restore(id, into: .newDatabase("\(name)_restored")) }
                #expect(restore.code == damage.code)
                #expect(try await cluster.databases().contains("\(name)_restored") == false)
            }
        }

        @Test func aDamagedBackupLeavesAnExistingDatabaseAsItWas() async throws {
            try await withDatabase(.shop(orders: 2000)) { cluster, name in
                let store = InMemoryObjectStore()
                let backup = backup(of: cluster.url(name), to: store)
                let report = try await backup.run()
                // A consistent lie: the object's hash fits, the archive's does not, which shows at the very end only.
                let key = report.manifestKey
                var text = String(decoding: try await store.read(key), as: UTF8.self)
                let range = try #require(text.firstRange(of: report.manifest.archive.sha256))
                text.replaceSubrange(range, with: String(repeating: "0", count: 64))
                try await store.put(key, .text(text))
                let before = try await cluster.plainDump(of: name)
                var options = RestoreOptions()
                options.dropsExistingObjects = true
                let target = RestoreTarget.existingDatabase(
                    cluster.url(name),
                    confirmation: .overwrite(databaseNamed: name)
                )
                let error = try await failure {
                    try await backup.restore(report.manifest.id, into: target, options: options)
                }
                #expect(error.code == .dataCorrupted)
                #expect(try await cluster.plainDump(of: name) == before)
            }
        }

        @Test("Rule 14: a restore makes a new database, and an existing one needs its name")
        func anExistingDatabaseNeedsItsNameAsConfirmation() async throws {
            try await withDatabase { cluster, name in
                let backup = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backup.run().manifest.id
                let target = RestoreTarget.existingDatabase(
                    cluster.url(name),
                    confirmation: .overwrite(databaseNamed: "other")
                )
                let error = try await failure { try await backup.restore(id, into: target) }
                #expect(error.code == .notConfirmed)
                #expect(error.message.contains(name))
            }
        }

        @Test func anExistingDatabaseThatIsNotEmptyIsLeftAlone() async throws {
            try await withDatabase { cluster, name in
                let backup = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backup.run().manifest.id
                let target = RestoreTarget.existingDatabase(
                    cluster.url(name),
                    confirmation: .overwrite(databaseNamed: name)
                )
                let before = try await cluster.plainDump(of: name)
                let error = try await failure { try await backup.restore(id, into: target) }
                #expect(error.code == .databaseNotEmpty)
                #expect(error.message.contains("dropsExistingObjects"))
                #expect(try await cluster.plainDump(of: name) == before)
            }
        }

        @Test func aNewDatabaseWhoseNameIsTakenIsNotTouched() async throws {
            try await withDatabase { cluster, name in
                let backup = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backup.run().manifest.id
                let error = try await failure { try await backup.restore(id, into: .newDatabase(name)) }
                #expect(error.code == .databaseExists)
                #expect(error.message.contains(name))
                #expect(try await cluster.databases().contains(name))
            }
        }

        @Test func aRoleThatIsMissingIsNamedWithTheOption() async throws {
            try await withDatabase(nil) { cluster, name in
                let role = databaseName("owner")
                try await cluster.run(
                    "CREATE ROLE \(role); CREATE TABLE owned (id integer); ALTER TABLE owned OWNER TO \(role);\n",
                    in: name
                )
                let backup = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backup.run().manifest.id
                try await cluster.run("DROP TABLE owned; DROP ROLE \(role);\n", in: name)
                let error = try await failure { try await backup.restore(id, into: .newDatabase("\(name)_a")) }
                #expect(error.code == .roleMissing)
                #expect(error.message.contains("restoresOwners"))
                #expect(error.message.contains(role))
                #expect(try await cluster.databases().contains("\(name)_a") == false)
                var options = RestoreOptions()
                options.restoresOwners = false
                try await backup.restore(id, into: .newDatabase("\(name)_b"), options: options)
                #expect(try await cluster.rowCounts(of: "\(name)_b") == ["public.owned": 0])
            }
        }

        @Test func aCancelledRestoreDropsItsDatabase() async throws {
            try await withDatabase(.bulk) { (cluster: PostgresCluster, name: String) async throws -> Void in
                let backup = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backup.run().manifest.id
                let begun = AsyncStream<Void>.makeStream()
                let restored = "\(name)_restored"
                let restore = Task {
                    try await backup.restore(id, into: .newDatabase(restored)) { progress in
                        if progress.phase == .restoring, progress.archiveBytes > 1 << 20 { begun.continuation.yield() }
                    }
                }
                var iterator = begun.stream.makeAsyncIterator()
                await iterator.next()
                restore.cancel()
                await #expect(throws: CancellationError.self) { _ = try await restore.value }
                #expect(try await cluster.databases().contains(restored) == false)
                #expect(try children(named: "pg_restore", for: restored).isEmpty)
            }
        }

        @Test(arguments: ["", "a\nb", String(repeating: "x", count: 64)])
        func namesThatNoDatabaseCanHaveAreRefused(name: String) async throws {
            try await withDatabase { cluster, source in
                let backup = backup(of: cluster.url(source), to: InMemoryObjectStore())
                let id = try await backup.run().manifest.id
                let error = try await failure { try await backup.restore(id, into: .newDatabase(name)) }
                #expect(error.code == .invalidConfiguration)
            }
        }
    }
}
