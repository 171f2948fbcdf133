import GroundworkCore
import GroundworkCrypto
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    /// The script of roles beside a dump: damage to it is found by every verification, and keeps nobody from the data.
    @Suite struct RoleScriptVerificationTests {
        enum Damage: CaseIterable, Sendable {
            case missing, cut, grown, changed

            var code: PGBackupError.Code {
                switch self {
                case .missing: .dataMissing
                case .cut, .grown: .dataTruncated
                case .changed: .dataCorrupted
                }
            }
        }

        private func damage(_ damage: Damage, _ key: String, in store: any ObjectStore) async throws {
            var bytes = try await store.read(key)
            switch damage {
            case .missing: return try await store.delete(key)
            case .cut: bytes.removeLast()
            case .grown: bytes.append(0x0A)
            case .changed: bytes[bytes.count / 2] ^= 1
            }
            try await store.put(key, .bytes(bytes))
        }

        @Test(arguments: Damage.allCases)
        func everyLevelFindsADamagedScriptAndTheDataRestores(_ damage: Damage) async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let (store, time) = (InMemoryObjectStore(), ManualTime())
                let backups = backup(of: cluster.url(name), to: store) { $0.time = time }
                let manifest = try await backups.run().manifest
                let key = try #require(manifest.globals?.object?.key)
                try await self.damage(damage, key, in: store)
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                for level in VerificationLevel.allCases {
                    await time.advance(by: .seconds(60))
                    let error = try await failure { [options] in
                        try await backups.verifyAndRecord(manifest.id, level: level, drill: options)
                    }
                    #expect(error.code == damage.code, "\(level): \(error)")
                    #expect(error.message.contains(key) && error.message.contains("createsRoles"))
                }
                let summaries = try await backups.verifications(of: manifest.id)
                #expect(summaries.map(\.level) == [.stored, .decoded, .restored])
                #expect(summaries.allSatisfy { !$0.passed })
                // The data was drilled all the same.
                let record = try await backups.verificationRecord(summaries[2])
                #expect(record.comparison?.tables == 4 && record.comparison?.findings == [])
                #expect(record.message?.contains(key) == true)

                let restored = "\(name)_restored"
                var restore = RestoreOptions()
                restore.verifiesFirst = true
                let report = try await backups.restore(manifest.id, into: .newDatabase(restored), options: restore)
                #expect(report.rowsAgree == true)
                restore.createsRoles = true
                let refused = try await failure { [restore] in
                    try await backups.restore(manifest.id, into: .newDatabase("\(name)_roles"), options: restore)
                }
                #expect(refused.code == damage.code)
            }
        }

        @Test func aScriptWithoutTheRolesOfTheDatabaseFailsWhateverItsHash() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store)
                var manifest = try await backups.run().manifest
                let object = try #require(manifest.globals?.object)
                let script = Array("-- \(RoleScript.end)\n".utf8)
                manifest.globals?.object?.length = Int64(script.count)
                manifest.globals?.object?.sha256 = Hex.encode(try Digest.hash(.sha256, script))
                try await store.put(object.key, .bytes(script))
                try await store.put(backups.keys.manifest(manifest.id), .bytes(try manifest.encoded()))
                try await backups.verifyStored(manifest.id)
                let error = try await failure { try await backups.verify(manifest.id) }
                #expect(error.code == .dataCorrupted)
                #expect(error.message.contains("does not create the roles that the database needs: groundwork"))
            }
        }
    }
}

@Suite struct RoleScriptFaultTests {
    private static let whole = "CREATE ROLE app;\nCREATE ROLE \"Odd\";\n--\n-- \(RoleScript.end)\n--\n"

    private func fault(_ text: String, _ needed: [String] = ["app", "Odd"]) -> String? {
        RoleScript.fault(in: Array(text.utf8), needed: needed)
    }

    @Test func aWholeScriptWithTheRolesHasNone() {
        #expect(fault(Self.whole) == nil)
        #expect(fault(Self.whole, ["app", "pg_database_owner", "two\nlines"]) == nil)
    }

    @Test func aScriptThatIsCutOffOrLacksARoleHasOne() {
        #expect(fault("CREATE ROLE app;\n")?.contains("does not end") == true)
        #expect(fault("") != nil)
        #expect(fault(Self.whole, ["app", "other"])?.hasSuffix("needs: other") == true)
        let many = (1...9).map { "r\($0)" }
        #expect(fault(Self.whole, many)?.hasSuffix("needs: r1, r2, r3, r4, r5 and 4 more") == true)
    }

    @Test func namesInAnotherEncodingAreNotCompared() {
        let latin = Array("CREATE ROLE \"caf".utf8) + [0xE9] + Array("\";\n-- \(RoleScript.end)\n".utf8)
        #expect(RoleScript.fault(in: latin, needed: ["café"]) == nil)
    }
}
