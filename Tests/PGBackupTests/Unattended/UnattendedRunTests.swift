import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing
@testable import PGBackup

extension RealPostgresTests {
    /// What a night leaves, and how it ends when something is in the way.
    @Suite struct UnattendedRuns {
        /// Remembers what it was told; fails or hangs on request.
        private final class Listener: BackupNotifier {
            enum Mood { case well, failing, hanging }
            let name = "listener"
            private let mood: Mood
            private let kinds = Locked<[BackupEvent.Kind]>([])
            init(_ mood: Mood = .well) { self.mood = mood }
            var heard: [BackupEvent.Kind] { kinds.withLock { $0 } }
            func wants(_ kind: BackupEvent.Kind) -> Bool { true }
            func notify(_ event: BackupEvent) async throws {
                kinds.withLock { $0.append(event.kind) }
                switch mood {
                case .well: return
                case .failing: throw NotificationError(message: "The hook is gone.")
                case .hanging: try await Task.sleep(for: .seconds(600))
                }
            }
        }

        private func options(_ notifiers: [any BackupNotifier] = []) throws -> UnattendedOptions {
            var options = UnattendedOptions()
            options.notifications = BackupNotifications(notifiers)
            options.schedule = CronSchedule(try CronExpression("0 5 * * *"))
            return options
        }

        @Test func aNightLeavesAVerifiedBackupItsHistoryAndThePage() async throws {
            try await withDatabase { cluster, name in
                let (store, listener) = (InMemoryObjectStore(), Listener())
                let backups = backup(of: cluster.url(name), to: store)
                let outcome = try await backups.runUnattended(options([listener]))
                #expect(outcome.status == .ok && outcome.status.exitCode == 0)
                #expect(outcome.verification?.level == .decoded && outcome.verification?.passed == true)
                #expect(listener.heard == [.firstSuccess, .succeeded])
                #expect(try await backups.history().runs.map(\.succeeded) == [true])
                let page = String(decoding: try await store.read("backup/status.html"), as: UTF8.self)
                #expect(page.hasPrefix("<!DOCTYPE html>") || page.hasPrefix("<!doctype html>"))
                #expect(page.contains(name))
            }
        }

        @Test func aFailureAndARecoveryAreTold() async throws {
            try await withDatabase { cluster, name in
                let (store, listener) = (InMemoryObjectStore(), Listener())
                _ = try await backup(of: cluster.url(name), to: store).runUnattended(options([]))
                let broken = backup(of: cluster.url("\(name)_absent"), to: store)
                let failed = try await broken.runUnattended(options([listener]))
                #expect(failed.status == .failed && failed.error?.code == .databaseNotFound)
                #expect(failed.report == nil)
                let next = try await backup(of: cluster.url(name), to: store).runUnattended(options([listener]))
                #expect(next.status == .ok)
                #expect(listener.heard == [.failed, .recovered, .succeeded])
            }
        }

        @Test func aNotifierThatFailsIsReportedAndDoesNotMaskTheResult() async throws {
            try await withDatabase { cluster, name in
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store)
                let outcome = try await backups.runUnattended(options([Listener(.failing)]))
                #expect(outcome.status == .incomplete && outcome.report != nil)
                #expect(outcome.undelivered.count == 2)
                let page = String(decoding: try await store.read("backup/status.html"), as: UTF8.self)
                #expect(page.contains("The hook is gone."))

                let broken = backup(of: cluster.url("\(name)_absent"), to: store)
                #expect(try await broken.runUnattended(options([Listener(.failing)])).status == .failed)
            }
        }

        @Test func aNotifierThatHangsIsGivenUp() async throws {
            try await withDatabase(nil) { cluster, name in
                var options = try options([Listener(.hanging)])
                options.notifications.timeout = .milliseconds(50)
                let outcome = try await backup(of: cluster.url(name), to: InMemoryObjectStore()).runUnattended(options)
                #expect(outcome.status == .incomplete)
                #expect(outcome.undelivered.allSatisfy { $0.reason.contains("did not end") })
            }
        }

        @Test func aSecondRunIsBusyAndTellsNobodyWhileThereIsAFreshBackup() async throws {
            try await withDatabase(nil) { cluster, name in
                let (store, listener) = (InMemoryObjectStore(), Listener())
                let backups = backup(of: cluster.url(name), to: store)
                _ = try await backups.run()
                let outcome = try await backups.exclusively { _ in
                    try await backup(of: cluster.url(name), to: store).runUnattended(options([listener]))
                }
                #expect(outcome.status == .busy && outcome.status.exitCode == 3)
                #expect(listener.heard.isEmpty)
            }
        }

        @Test func aBackupThatCannotBeVerifiedIsStoredAndUnverified() async throws {
            try await withDatabase { cluster, name in
                // The first read of the data is the verification's: the store proves its puts by itself.
                let listener = Listener()
                let damaging = DamagingStore()
                let backups = backup(of: cluster.url(name), to: damaging)
                let outcome = try await backups.runUnattended(options([listener]))
                #expect(outcome.status == .unverified && outcome.status.exitCode == 4)
                #expect(outcome.report != nil && outcome.verificationError?.code == .dataCorrupted)
                #expect(listener.heard == [.failed], "a success was told")
                #expect(try await backups.list().backups.count == 1)
                let night = try #require(try await backups.history().runs.last)
                #expect(night.succeeded && !night.isGood && night.errorCode == "dataCorrupted")

                damaging.isDamaging.withLock { $0 = false }
                let next = try await backups.runUnattended(options([listener]))
                #expect(next.status == .ok)
                #expect(listener.heard == [.failed, .recovered, .succeeded])
                #expect(try await backups.history().runs.map(\.isGood) == [false, true])
            }
        }

        @Test func theLowestLevelReadsTheBackupBackAndRecordsIt() async throws {
            try await withDatabase { cluster, name in
                let damaging = DamagingStore()
                let backups = backup(of: cluster.url(name), to: damaging)
                var options = try options()
                options.verification = .stored
                let bad = try await backups.runUnattended(options)
                #expect(bad.status == .unverified && bad.verificationError?.code == .dataCorrupted)

                damaging.isDamaging.withLock { $0 = false }
                let good = try await backups.runUnattended(options)
                #expect(good.status == .ok)
                let id = try #require(good.report?.manifest.id)
                #expect(good.verification?.storedBytes == good.report?.manifest.storedLength)
                let records = try await backups.verifications()
                #expect(records.map(\.level) == [.stored, .stored])
                #expect(records.filter(\.passed).map(\.backup) == [id])
                #expect(try await backups.history().runs.map(\.isVerified) == [false, true])
            }
        }

        @Test(arguments: [(Duration.seconds(3600), true), (.milliseconds(1), false)])
        func aRestoreThatWouldTakeTooLongIsToldAtNight(target: Duration, holds: Bool) async throws {
            try await withDatabase { cluster, name in
                let (store, listener) = (InMemoryObjectStore(), Listener())
                let backups = backup(of: cluster.url(name), to: store)
                var options = try options([listener])
                options.verification = .restored
                options.drill.place = .server(cluster.url("postgres"))
                options.drill.restoreTarget = target
                let outcome = try await backups.runUnattended(options)
                #expect(outcome.status == (holds ? .ok : .incomplete))
                #expect(outcome.verification?.passed == true)
                #expect(outcome.projection?.target == target && outcome.projection?.holds == holds)
                #expect(outcome.warnings.contains { $0.contains("longer than it may") } == !holds)
                #expect(listener.heard == [.firstSuccess, .succeeded] + (holds ? [] : [.targetMissed]))
                #expect(try await backups.history().runs.map(\.isGood) == [true])
                let page = String(decoding: try await store.read("backup/status.html"), as: UTF8.self)
                #expect(page.contains("A restore would take longer than it may.") == !holds)
            }
        }

        @Test func aRunThatIsEndedAfterItsBackupIsStoredSaysThatItIs() async throws {
            try await withDatabase(nil) { cluster, name in
                let (verifying, listener) = (Promise<Void>(), Listener())
                let store = HookedStore { hooks in
                    hooks.duringPut = { key, _ in
                        guard key.contains("/verifications/") else { return }
                        verifying.fulfil(())
                        try await Task.sleep(for: .seconds(600))
                    }
                }
                let backups = backup(of: cluster.url(name), to: store)
                let options = try options([listener])
                let run = Task { try await backups.runUnattended(options) }
                await verifying.value
                run.cancel()
                let outcome = try await run.value
                #expect(outcome.status == .unverified && outcome.error?.code == .interrupted)
                #expect(try await backups.list().backups.map(\.id) == [outcome.report?.manifest.id])
                #expect(listener.heard.isEmpty)
            }
        }

        @Test func aRunThatNothingKeepsApartFromOthersSaysSo() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase(nil) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    // The session of the lock ends without a word; the store keeps no conditions.
                    let mute = "case \"$1\" in -XqAt) exit 0;; esac; exec $real \"$@\""
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, ["psql": mute])
                    let store = HookedStore { hooks in
                        hooks.insteadOfPut = { key, _ in key == "backup/lease-probe.txt" }
                    }
                    let backups = backup(of: cluster.url(name), to: store) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    let outcome = try await backups.runUnattended(options())
                    #expect(outcome.status == .incomplete && outcome.report != nil)
                    #expect(outcome.warnings.contains { $0.contains("no advisory lock against a second run") })
                    #expect(outcome.warnings.contains { $0.contains("Two runs may overlap.") })
                }
            }
        }

        @Test func aDeadlineStopsTheRunAndIsTold() async throws {
            try await withDatabase(.bulk) { cluster, name in
                let (time, listener) = (ManualTime(), Listener())
                let store = HookedStore { hooks in
                    hooks.duringPut = { key, bytes in
                        guard key.contains("/data/"), bytes > 0 else { return }
                        await time.advance(by: .seconds(120))
                        try await Task.sleep(for: .seconds(600))
                    }
                }
                var options = try options([listener])
                options.deadline = .seconds(60)
                options.isExclusive = false
                let backups = backup(of: cluster.url(name), to: store) { $0.time = time }
                let outcome = try await backups.runUnattended(options)
                #expect(outcome.status == .failed && outcome.error?.code == .timedOut)
                #expect(listener.heard == [.failed])
                #expect(try await allKeys(store.below).allSatisfy { !$0.contains("/data/") })
            }
        }

        @Test func aRunThatDoesNotHeedItsDeadlineIsLeftBehindAndTold() async throws {
            try await withDatabase { cluster, name in
                let (time, listener) = (ManualTime(), Listener())
                let (hangs, end) = (Promise<Void>(), Promise<Void>())
                let store = HookedStore { hooks in
                    hooks.duringPut = { key, bytes in
                        guard key.contains("/data/"), bytes > 0 else { return }
                        hangs.fulfil(())
                        // Whether or not it is cancelled.
                        await end.value
                    }
                }
                var options = try options([listener])
                options.deadline = .seconds(60)
                options.isExclusive = false
                let hanging = options
                let backups = backup(of: cluster.url(name), to: store) { $0.time = time }
                let run = Task { try await backups.runUnattended(hanging, leavingBehindAfter: .seconds(360)) }
                await hangs.value
                await time.advance(by: .seconds(400))
                #expect(listener.heard.isEmpty, "it was left behind too early")
                await time.advance(by: .seconds(20))
                let outcome = try await run.value
                end.fulfil(())
                #expect(outcome.status == .failed && outcome.error?.code == .timedOut && outcome.report == nil)
                #expect(outcome.error?.message.contains("within 420.0 seconds") == true)
                #expect(listener.heard == [.failed])
                #expect(try await backups.history().runs.map(\.errorCode) == ["timedOut"])

                // The next one is made as if nothing had been.
                let next = try await backup(of: cluster.url(name), to: store)
                    .runUnattended(hanging, leavingBehindAfter: .seconds(360))
                #expect(next.status == .ok && next.report != nil)
                #expect(listener.heard == [.failed, .recovered, .succeeded])
            }
        }

        @Test func aRunThatIsCancelledIsWaitedForAndNotLeftBehind() async throws {
            try await withDatabase { cluster, name in
                let (time, uploads) = (ManualTime(), Promise<Void>())
                let store = HookedStore { hooks in
                    hooks.duringPut = { key, bytes in
                        guard key.contains("/data/"), bytes > 0 else { return }
                        uploads.fulfil(())
                        try await Task.sleep(for: .seconds(600))
                    }
                }
                var options = try options()
                options.deadline = .seconds(60)
                options.isExclusive = false
                let hanging = options
                let backups = backup(of: cluster.url(name), to: store) { $0.time = time }
                let run = Task { try await backups.runUnattended(hanging, leavingBehindAfter: .seconds(360)) }
                await uploads.value
                run.cancel()
                await #expect(throws: CancellationError.self) { try await run.value }
                #expect(try await allKeys(store.below) == [], "it returned before what was begun was removed")
            }
        }

        @Test func retentionRunsAfterASuccessOnly() async throws {
            try await withDatabase(nil) { cluster, name in
                let store = InMemoryObjectStore()
                let old = try await storeSample(
                    sampleManifest(Date().addingTimeInterval(-60 * 86_400), database: name),
                    in: store
                )
                var options = try options()
                options.retention = RetentionPolicy()
                let broken = try await backup(of: cluster.url("\(name)_absent"), to: store).runUnattended(options)
                #expect(broken.pruned == nil)
                #expect(try await backup(of: cluster.url(name), to: store).list().backups.map(\.id) == [old])
                let outcome = try await backup(of: cluster.url(name), to: store).runUnattended(options)
                #expect(outcome.pruned?.isDryRun == false)
                // The old one is of another server: that is told once.
                #expect(outcome.status == .incomplete && outcome.warnings.count == 1, "\(outcome.warnings)")
                #expect(outcome.warnings.first?.contains("on another server") == true)
                let next = try await backup(of: cluster.url(name), to: store).runUnattended(options)
                #expect(next.status == .ok, "\(next.warnings)")
            }
        }

        @Test(arguments: [(2, true), (8, false)])
        func whatARunHasStoredIsSweptOnlyWhenItIsOlderThanAnyRun(days: Int, isSwept: Bool) async throws {
            try await withDatabase(nil) { cluster, name in
                let age = Duration.seconds(3 * 86_400)
                let time = ManualTime(now: Date().addingTimeInterval(-age.seconds))
                var configuration = InMemoryObjectStore.Configuration()
                configuration.time = time
                let store = InMemoryObjectStore(configuration: configuration)
                let key = "backup/data/\(BackupID(time.now, random: SystemRandom())).dump.gz"
                try await store.put(key, .bytes([1]))
                await time.advance(by: age)
                var options = try options()
                options.retention = RetentionPolicy()
                options.orphanAge = .seconds(days * 86_400)
                let outcome = try await backup(of: cluster.url(name), to: store).runUnattended(options)
                #expect(outcome.pruned?.sweptObjects == (isSwept ? [key] : []))
                #expect(try await allKeys(store).contains(key) != isSwept)
            }
        }

        @Test func wrongSettingsHaveACodeOfTheirOwn() async throws {
            try await withDatabase(nil) { cluster, name in
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) { $0.compressionLevel = 12 }
                let outcome = try await backups.runUnattended(options())
                #expect(outcome.status == .configuration && outcome.status.exitCode == 2)
            }
        }
    }
}
