import Testing

@testable import PGBackup

/// Which failures of a drill are the backup's fault.
@Suite struct DrillBlameTests {
    private func error(_ tool: String, _ output: String) -> PGBackupError {
        ToolFailure.error(tool: tool, .exited(1), text: output, url: nil)
    }

    @Test(arguments: [
        "pg_restore: error: could not execute query: ERROR:  duplicate key value\npg_restore: from TOC entry 3319; 0 16390 TABLE DATA orders app",
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
        "pg_restore: error: something without an entry",
    ])
    func whatAServerLacksIsNot(output: String) { #expect(!error("pg_restore", output).blamesTheBackup) }

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
