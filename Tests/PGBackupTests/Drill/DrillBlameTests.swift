import Testing

@testable import PGBackup

/// Which failures of a drill are the backup's fault.
@Suite struct DrillBlameTests {
    private func error(_ tool: String, _ output: String) -> PGBackupError {
        ToolFailure.error(tool: tool, .exited(1), text: output, url: nil)
    }

    @Test(arguments: [
        "pg_restore: error: could not execute query: ERROR:  duplicate key value\npg_restore: from TOC entry 3319; 0 16390 TABLE DATA orders app",
        "pg_restore: error: could not execute query: ERROR:  could not create unique index \"u\"\nDETAIL:  Key (id)=(1)",
        "pg_restore: error: COPY failed for table \"t\": ERROR:  invalid byte sequence for encoding \"UTF8\": 0xff",
        "pg_restore: error: input file does not appear to be a valid archive",
        "pg_restore: error: unexpected end of file",
    ])
    func whatPgRestoreCannotReadOrPostgresRefusesIsTheBackups(output: String) {
        #expect(error("pg_restore", output).code == .toolFailed)
        #expect(error("pg_restore", output).blamesTheBackup)
    }

    @Test(arguments: [
        "pg_restore: from TOC entry 2; 3079 16400 EXTENSION pg_cron \nERROR:  pg_cron can only be loaded via shared_preload_libraries",
        "pg_restore: from TOC entry 9; 1255 16401 FUNCTION f() app\nERROR:  could not access file \"$libdir/f\": No such file",
        "pg_restore: from TOC entry 9; 0 0 ACL app\nERROR:  must be owner of schema public",
        "pg_restore: error: COPY failed for table \"t\": ERROR:  could not extend file \"base/1/2\"",
        "pg_restore: error: could not execute query: ERROR:  cannot execute CREATE TABLE in a read-only transaction",
        "pg_restore: error: something without an entry",
    ])
    func whatAServerLacksIsNot(output: String) { #expect(!error("pg_restore", output).blamesTheBackup) }

    @Test(arguments: [
        "collation \"pg_catalog.de_DE\" for encoding \"UTF8\" does not exist",
        "could not create locale \"de_DE\": No such file",
        "could not open collator for locale \"de\": U_FILE_ACCESS_ERROR", "ICU is not supported in this build",
    ])
    func aLocaleThatAServerLacksIsNot(text: String) {
        let error = error("pg_restore", "pg_restore: from TOC entry 9; 1259 16401 TABLE t app\nERROR:  \(text)")
        #expect(error.code == .localeMissing && !error.blamesTheBackup)
        #expect(error.message.contains("locale-gen"))
        // It is not the locale of the database, and another would not help.
        #expect(!error.isAboutLocale)
    }

    private let lack = DrillLack(extensions: ["vector", "postgis"], locale: .init(missing: "de_DE.UTF-8", taken: "C"))
    private let entry = "pg_restore: from TOC entry 9; 0 16390 TABLE DATA orders app\nERROR:  "

    @Test func aStatementThatFailsForWantOfExtensionsNamesThem() {
        let error = error("pg_restore", "\(entry)type \"public.vector\" does not exist")
        #expect(error.blamesTheBackup)
        let explained = lack.explain(error.leaving("The database d stays."))
        #expect(explained.code == .extensionMissing && !explained.blamesTheBackup)
        #expect(explained.message.contains("lacks the extensions vector, postgis,"))
        #expect(explained.message.hasSuffix("DRILL_DATABASE_URL. The database d stays."))
        #expect(explained.leftBehind == "The database d stays." && explained.toolOutput == error.toolOutput)
        #expect(DrillLack().explain(error).blamesTheBackup)
    }

    @Test(arguments: [
        "new row for relation \"t\" violates check constraint \"c\"",
        "value for domain d violates check constraint \"c\"",
        "new row for relation \"t\" violates partition constraint",
    ])
    func aConditionUnderAnotherLocaleNamesBoth(text: String) {
        let error = error("pg_restore", entry + text)
        let explained = lack.explain(error)
        #expect(explained.code == .localeMissing && !explained.blamesTheBackup)
        #expect(explained.message.contains("locale C: ") && explained.message.contains("de_DE.UTF-8"))
        #expect(DrillLack().explain(error).blamesTheBackup)
    }

    @Test func noLackExplainsADamagedArchiveOrOtherRows() {
        let damaged = error("pg_restore", "\(entry)x\npg_restore: error: unexpected end of file")
        #expect(lack.explain(damaged).code == .toolFailed && lack.explain(damaged).blamesTheBackup)
        #expect(lack.explain(PGBackupError(.dataCorrupted, "x")).code == .dataCorrupted)
        let duplicate = error("pg_restore", "\(entry)duplicate key value")
        #expect(DrillLack(locale: lack.locale).explain(duplicate).blamesTheBackup)
    }

    @Test func whatPsqlFailsInIsNot() {
        #expect(!error("psql", "ERROR:  23505: it broke").blamesTheBackup)
        #expect(!PGBackupError(.toolFailed, "no output").blamesTheBackup)
    }

    @Test func damageAndOtherRowsAre() {
        for code in [PGBackupError.Code.dataMissing, .dataTruncated, .dataCorrupted, .restoredDataDiffers] {
            #expect(PGBackupError(code, "").blamesTheBackup)
        }
        #expect(!PGBackupError(.connectionLost, "").blamesTheBackup)
    }

    @Test func freeSpaceOfAnySizeIsHeldToWhatFits() {
        #expect(FreeSpace.bytes(blocks: .max, of: 4096) == .max)
        #expect(FreeSpace.bytes(blocks: .max, of: 1) == .max)
        #expect(FreeSpace.bytes(blocks: 10, of: 4096) == 40_960)
        #expect(FreeSpace.bytes(blocks: 0, of: 4096) == 0)
    }
}
