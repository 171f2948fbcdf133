import FoundationEssentials
import Testing

@testable import PGBackup

@Suite struct RestorePreflightTests {
    private let manifest: BackupManifest = {
        var manifest = sampleManifest(Date(timeIntervalSince1970: 1_800_000_000))
        manifest.source.version = "17.4"
        manifest.source.versionNumber = 170_004
        manifest.source.collation = "de_DE.UTF-8"
        manifest.source.characterType = "de_DE.UTF-8"
        manifest.source.databaseSize = 10_000_000_000
        manifest.server = .init(
            settings: ["shared_preload_libraries": "pg_cron, \"$libdir/timescaledb\""],
            extensions: [
                .init(name: "plpgsql", version: "1.0", schema: "pg_catalog"),
                .init(name: "timescaledb", version: "2.1", schema: "public"),
            ],
            roles: ["app", "reader"]
        )
        return manifest
    }()

    /// A server that has everything.
    private let complete: ServerOffer = {
        var offer = ServerOffer(version: PostgresVersion(number: 170_006))
        offer.extensions = ["plpgsql": "1.0", "timescaledb": "2.1"]
        offer.roles = ["app", "reader", "postgres"]
        offer.isSuperuser = true
        offer.mayCreateDatabases = true
        offer.libraries = ["timescaledb"]
        offer.freeBytes = 100_000_000_000
        return offer
    }()

    private func look(
        isNew: Bool = true,
        needs: ArchiveNeeds? = nil,
        _ options: RestoreOptions = RestoreOptions(),
        _ change: (inout ServerOffer) -> Void
    ) -> RestorePreflight {
        var offer = complete
        change(&offer)
        return RestorePreflight.look(manifest, offer, needs: needs, isNew: isNew, options)
    }

    @Test func aServerThatHasEverythingPasses() {
        #expect(look { _ in }.problems == [])
    }

    @Test func whatMakesTheRestoreFailIsFatalAndNamed() throws {
        let preflight = look {
            $0.extensions["timescaledb"] = nil
            $0.roles = ["postgres"]
            $0.unknownLocales = ["de_DE.UTF-8"]
            $0.freeBytes = 9_000_000_000
            $0.mayCreateDatabases = false
            $0.isStandby = true
        }
        #expect(!preflight.passes)
        let fatal = preflight.problems.filter { $0.severity == .fatal }
        #expect(
            Set(fatal.map(\.kind))
                == [.extensionMissing, .roleMissing, .localeMissing, .noSpace, .mayNotCreateDatabases, .readOnlyServer]
        )
        #expect(fatal.first { $0.kind == .extensionMissing }?.names == ["timescaledb"])
        #expect(fatal.first { $0.kind == .roleMissing }?.names == ["app", "reader"])
        #expect(fatal.first { $0.kind == .localeMissing }?.names == ["de_DE.UTF-8"])
        let error = try #require(preflight.error)
        for text in ["nothing was created", "timescaledb", "app, reader", "de_DE.UTF-8", "10 GB", "9.0 GB", "CREATEDB"]
        {
            #expect(error.message.contains(text), "\(text)")
        }
    }

    @Test func eachFatalProblemHasItsCode() {
        let codes: [(PGBackupError.Code, (inout ServerOffer) -> Void)] = [
            (.extensionMissing, { $0.extensions["timescaledb"] = nil }),
            (.roleMissing, { $0.roles = ["app"] }),
            (.localeMissing, { $0.unknownLocales = ["de_DE.UTF-8"] }),
            (.noSpace, { $0.freeBytes = 0 }),
            (.permissionDenied, { $0.mayCreateDatabases = false }),
            (.readOnlyServer, { $0.isStandby = true }),
        ]
        for (code, change) in codes {
            let preflight = look { change(&$0) }
            #expect(preflight.error?.code == code)
        }
    }

    @Test func whatMayFailIsAWarning() {
        let preflight = look {
            $0.version = PostgresVersion(number: 150_018)
            $0.isSuperuser = false
            $0.untrustedExtensions = ["plpgsql", "timescaledb"]
            $0.libraries = []
            $0.freeBytes = 11_000_000_000
        }
        #expect(preflight.passes && preflight.error == nil)
        #expect(preflight.problems.allSatisfy { $0.severity == .warning })
        #expect(Set(preflight.problems.map(\.kind)) == [.olderServer, .extensionRights, .libraryMissing, .noSpace])
        #expect(preflight.warnings.contains { $0.contains("17.4") && $0.contains("the older 15.18") })
        #expect(preflight.problems.first { $0.kind == .extensionRights }?.names == ["timescaledb"])
        #expect(preflight.problems.first { $0.kind == .libraryMissing }?.names == ["timescaledb"])
    }

    @Test func whatIsGoodToKnowIsANoteAndNoWarning() {
        let preflight = look {
            $0.extensions["timescaledb"] = "2.2"
            $0.freeBytes = nil
        }
        #expect(preflight.problems.map(\.kind) == [.extensionVersion, .spaceUnknown])
        #expect(preflight.warnings == [])
    }

    @Test func optionsTakeAwayWhatTheyAnswer() {
        var options = RestoreOptions()
        options.createsRoles = true
        options.usesServerLocale = true
        let preflight = look(options) {
            $0.roles = []
            $0.unknownLocales = ["de_DE.UTF-8"]
        }
        #expect(preflight.problems == [])
    }

    @Test func anExistingDatabaseNeedsNoLocaleAndNoRightToCreate() {
        let preflight = look(isNew: false) {
            $0.unknownLocales = ["de_DE.UTF-8"]
            $0.mayCreateDatabases = false
            $0.freeBytes = 0
        }
        #expect(preflight.problems.map(\.kind) == [.noSpace])
        #expect(preflight.passes)
    }

    @Test(arguments: [("icu", 150_000, true), ("icu", 140_000, false), ("builtin", 160_000, false)])
    func aProviderThatTheServerLacksIsTold(provider: String, version: Int, isFatal: Bool) {
        var manifest = manifest
        manifest.source.localeProvider = provider
        var offer = complete
        offer.version = PostgresVersion(number: version)
        offer.knowsICU = false
        let preflight = RestorePreflight.look(manifest, offer, needs: nil, isNew: true, RestoreOptions())
        let problem = preflight.problems.first { $0.kind == .localeProvider }
        #expect(problem?.severity == (isFatal ? .fatal : .warning))
        #expect(problem?.message.contains(provider == "icu" ? "ICU" : "builtin") == !(provider == "icu" && !isFatal))
    }

    @Test func aManifestThatDoesNotTellIsSaidToBeUnchecked() {
        var manifest = manifest
        manifest.server = nil
        let preflight = RestorePreflight.look(manifest, ServerOffer(), needs: nil, isNew: false, RestoreOptions())
        #expect(preflight.problems.contains { $0.kind == .needsUnknown && $0.severity == .note })
        #expect(!RestorePreflight.isInDoubt(manifest, ServerOffer()))
    }

    /// A dump of one schema has no extensions, and a restore without owners needs no owners.
    @Test func theArchiveItselfSaysWhatItNeeds() {
        func entry(_ kind: String, owner: String? = nil, _ definition: String? = nil) -> ArchiveEntry {
            ArchiveEntry(
                id: 1,
                hasData: false,
                kind: kind,
                name: "x",
                schema: nil,
                copyStatement: nil,
                oid: "1",
                section: 2,
                owner: owner,
                definition: definition
            )
        }
        let nothing = look(needs: ArchiveNeeds([])) {
            $0.extensions["timescaledb"] = nil
            $0.roles = []
        }
        #expect(nothing.problems == [])

        func missing(_ entries: [ArchiveEntry], owners: Bool, rights: Bool) -> [String] {
            var options = RestoreOptions()
            options.restoresOwners = owners
            options.restoresPrivileges = rights
            let preflight = look(needs: ArchiveNeeds(entries), options) { $0.roles = [] }
            return preflight.problems.first { $0.kind == .roleMissing }?.names ?? []
        }
        let owned = [entry("TABLE", owner: "app")]
        #expect(missing(owned, owners: true, rights: false) == ["app"])
        #expect(missing(owned, owners: false, rights: true) == [])
        let granted = [
            entry("ACL", "GRANT SELECT ON TABLE app.readers TO reader;\nGRANT ALL ON TABLE app.readers TO readers;\n")
        ]
        #expect(missing(granted, owners: false, rights: true) == ["reader"])
        #expect(missing(granted, owners: true, rights: false) == [])
        let policy = [entry("POLICY", "CREATE POLICY p ON public.t TO other, \"reader\" USING (true);\n")]
        #expect(missing(policy, owners: false, rights: false) == ["reader"])
        let defaults = [entry("DEFAULT ACL", "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA s GRANT SELECT ON …;\n")]
        #expect(missing(defaults, owners: false, rights: true) == ["app"])
    }

    @Test func longListsAreCutInTheMessageAndWholeInTheNames() throws {
        var manifest = manifest
        manifest.server?.roles = (1...25).map { "role\($0)" }
        let preflight = RestorePreflight.look(manifest, complete, needs: nil, isNew: true, RestoreOptions())
        let problem = try #require(preflight.problems.first { $0.kind == .roleMissing })
        #expect(problem.names.count == 25)
        #expect(problem.message.contains("role10 and 15 more"))
    }

    @Test(arguments: [Int64.min, -1, 0, .max])
    func impossibleSizesOfAManifestAreBorne(size: Int64) {
        var manifest = manifest
        manifest.source.databaseSize = size
        manifest.source.versionNumber = .min
        for free in [nil, 0, Int64.max] as [Int64?] {
            var offer = complete
            offer.freeBytes = free
            let preflight = RestorePreflight.look(manifest, offer, needs: nil, isNew: true, RestoreOptions())
            #expect(preflight.passes == !(free == 0 && size > 0))
        }
    }

    @Test func librariesAreNamedWithoutPathsAndQuotes() {
        #expect(ServerOffer.names(in: "") == [])
        #expect(ServerOffer.names(in: "a, \"$libdir/b\" ,/usr/lib/c,,") == ["a", "b", "c"])
    }
}
