import Testing

@testable import PGBackup

@Suite struct TimeoutToleranceTests {
    private func tolerance(_ client: Int, _ server: Int, isNew: Bool = true) -> TimeoutTolerance {
        let report = ToolchainReport(
            server: PostgresVersion(number: server),
            chosen: ClientPrograms(directory: "/x", version: PostgresVersion(number: client)),
            reason: .lowestNewerMajor,
            candidates: [],
            warnings: []
        )
        return TimeoutTolerance(report, isNew: isNew)
    }

    private let one = """
        pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"
        Command was: SET transaction_timeout = 0;
        pg_restore: warning: errors ignored on restore: 1
        """

    @Test func isNeededForNewProgramsAndOldServersAlone() {
        #expect(tolerance(180_006, 150_018).isNeeded)
        #expect(!tolerance(180_006, 150_018, isNew: false).isNeeded)
        #expect(!tolerance(180_006, 170_011).isNeeded)
        #expect(!tolerance(160_015, 150_018).isNeeded)
    }

    @Test func acceptsThatOneErrorAndNothingElse() {
        let tolerance = tolerance(180_006, 150_018)
        #expect(tolerance.accepts(.exited(1), one))
        #expect(!tolerance.accepts(.exited(2), one))
        #expect(!tolerance.accepts(.signaled(9), one))
        #expect(!tolerance.accepts(.exited(1), ""))
        #expect(!tolerance.accepts(.exited(1), one + "1"))
        #expect(!tolerance.accepts(.exited(1), "pg_restore: error: another\n" + one))
        #expect(!tolerance.accepts(.exited(1), "pg_restore: warning: errors ignored on restore: 1"))
        #expect(!self.tolerance(160_015, 150_018).accepts(.exited(1), one))
    }
}
