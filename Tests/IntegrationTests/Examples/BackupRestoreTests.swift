import GroundworkTestProcesses
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// `backup restore` and its flags.
    @Suite struct BackupRestore {
        /// Somebody with one backup of `shop`, and a database `name` of theirs.
        private func withBackup(
            _ name: String,
            _ body: (ExampleUser, PostgresCluster) async throws -> Void
        ) async throws {
            try await withLoopbackUser { user, _ in
                #expect(try await user.run(.backup, ["run"]).exit == .status(0))
                let cluster = try ExampleScope.cluster
                try await cluster.createDatabase(name)
                try await body(user, cluster)
                try await cluster.dropDatabase(name)
            }
        }

        @Test(
            arguments: [
                [], ["latest"], ["--into-existing", "mine"], ["--into-existing", "mine", "--confirm", "other"],
                ["--into", "a", "--into-existing", "mine", "--confirm", "mine"], ["--into", "a", "--confirm", "a"],
                ["--swap", "mine"], ["--into", "a", "--swap", "a"],
            ]
        )
        func withoutAClearTargetNothingIsTouched(_ arguments: [String]) async throws {
            try await ExampleUser.with { user in
                let outcome = try await user.run(.backup, ["restore"] + arguments)
                #expect(outcome.exit == .status(64))
                #expect(outcome.errorText.contains("--into"))
            }
        }

        @Test(arguments: [
            ["--create-roles", "--into-existing", "mine", "--confirm", "mine"],
            ["--create-roles", "--into", "a", "--key", "backup-2026-01-25T00:00:00.000Z.tar.gz"],
        ])
        func rolesAreNotPromisedWhereNoneAreMade(_ arguments: [String]) async throws {
            try await ExampleUser.with { user in
                let outcome = try await user.run(.backup, ["restore"] + arguments)
                #expect(outcome.exit == .status(64))
                #expect(outcome.errorText.contains("--create-roles goes with --into"))
            }
        }

        @Test func anExistingDatabaseIsReplacedOnlyWithItsNameTwice() async throws {
            try await withBackup("existing") { user, cluster in
                try await cluster.load(.shop(orders: 50), into: "existing")
                let unconfirmed = try await user.run(.backup, ["restore", "--into-existing", "existing"])
                #expect(unconfirmed.exit == .status(64))
                #expect(unconfirmed.errorText.contains("--confirm existing"))
                #expect(try await cluster.rowCounts(of: "existing")["public.orders"] == 50)

                let restored = try await user.run(
                    .backup,
                    ["restore", "--into-existing", "existing", "--confirm", "existing"]
                )
                #expect(restored.exit == .status(0), "\(restored.errorText)")
                #expect(try await cluster.rowCounts(of: "existing") == cluster.rowCounts(of: "shop"))
            }
        }

        @Test func aSwapPutsTheRestoredDatabaseInThePlaceOfTheOld() async throws {
            try await withBackup("live") { user, cluster in
                try await cluster.load(.shop(orders: 50), into: "live")
                let looked = try await user.run(.backup, ["restore", "--into", "fresh", "--swap", "live", "--check"])
                #expect(looked.exit == .status(0), "\(looked.errorText)")
                #expect(looked.outputText.contains("Nothing stands in the way"))
                #expect(try await cluster.databases().contains("fresh") == false)

                let swapped = try await user.run(.backup, ["restore", "--into", "fresh", "--swap", "live", "--json"])
                #expect(swapped.exit == .status(0), "\(swapped.errorText)")
                #expect(swapped.outputText.contains("\"database\":\"live\""))
                #expect(try await cluster.rowCounts(of: "live") == cluster.rowCounts(of: "shop"))
                let databases = try await cluster.databases()
                #expect(!databases.contains("fresh"))
                let old = try #require(databases.first { $0.hasPrefix("live_before_") })
                #expect(swapped.outputText.contains("\"oldDatabase\":\"\(old)\""))
                #expect(try await cluster.rowCounts(of: old)["public.orders"] == 50)
                try await cluster.dropDatabase(old)
            }
        }

        @Test func aNewDatabaseIsNeverOneThatIsThere() async throws {
            try await withBackup("taken") { user, cluster in
                let outcome = try await user.run(.backup, ["restore", "--into", "taken"])
                #expect(outcome.exit == .status(1))
                #expect(outcome.errorLines.count == 1)
                #expect(outcome.errorText.contains("There is a database taken at "))
                #expect(try await cluster.rowCounts(of: "taken") == [:])
            }
        }

        @Test func theServerToRestoreToMayBeAnother() async throws {
            try await withBackup("unused") { user, cluster in
                // The source's server need not even be known where one restores.
                let elsewhere = user.changing([
                    "BACKUP_DATABASE_URL": nil, "RESTORE_DATABASE_URL": try ExampleSettings.url("postgres"),
                ])
                let outcome = try await elsewhere.run(.backup, ["restore", "--into", "restored_elsewhere"])
                #expect(outcome.exit == .status(0), "\(outcome.errorText)")
                #expect(try await cluster.rowCounts(of: "restored_elsewhere") == cluster.rowCounts(of: "shop"))

                let wrong = try await user.changing(["RESTORE_DATABASE_URL": "mysql://a:geheim@b/c"])
                    .run(.backup, ["restore", "--into", "never"])
                #expect(wrong.exit == .status(2))
                #expect(wrong.errorText.contains("RESTORE_DATABASE_URL") && !wrong.errorText.contains("geheim"))
            }
        }

        @Test func withoutOwnersEverythingBelongsToWhoRestores() async throws {
            try await withBackup("unused_either") { user, cluster in
                try await cluster.run(
                    "CREATE ROLE somebody; CREATE TABLE theirs (); ALTER TABLE theirs OWNER TO somebody;\n",
                    in: "unused_either"
                )
                let mine = user.changing([
                    "BACKUP_DATABASE_URL": try ExampleSettings.url("unused_either"), "BACKUP_FILE_PREFIX": "theirs",
                ])
                let id = try await mine.run(.backup, ["run"]).backupID
                for (flags, owner) in [([], "somebody"), (["--no-owner"], cluster.user)] {
                    let outcome = try await mine.run(.backup, ["restore", id, "--into", "owned_by_\(owner)"] + flags)
                    #expect(outcome.exit == .status(0), "\(outcome.errorText)")
                    let found = try await cluster.run(
                        "SELECT tableowner FROM pg_tables WHERE tablename = 'theirs';\n",
                        in: "owned_by_\(owner)"
                    )
                    #expect(found == "\(owner)\n")
                }
            }
        }

        @Test func aBackupThatIsNotThereIsNamed() async throws {
            try await withLoopbackUser { user, _ in
                let none = try await user.run(.backup, ["restore", "--into", "never"])
                #expect(none.exit == .status(1))
                #expect(none.errorText.contains("There is no backup under backup/manifests/"))
                let odd = try await user.run(.backup, ["restore", "../../etc/passwd", "--into", "never"])
                #expect(odd.exit == .status(2))
                #expect(odd.errorText.contains("is not the id of a backup"))
                #expect(try await ExampleScope.cluster.databases().contains("never") == false)
            }
        }
    }
}
