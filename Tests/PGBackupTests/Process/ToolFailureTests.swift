import Testing

@testable import PGBackup

/// What the client programs say, as they say it, and what becomes of it.
@Suite struct ToolFailureTests {
    private func error(
        _ text: String,
        exit: ToolExit = .exited(1),
        host: String = "db.example.com"
    ) throws -> PGBackupError {
        let url = try DatabaseURL(parsing: "postgres://app:geheim@\(host)/shop")
        return ToolFailure.error(tool: "pg_dump", exit, text: text, url: url)
    }

    @Test(
        "Rule 17: a conflict with recovery is retryable, and every failure has its remedy",
        arguments: [
            (
                "pg_dump: error: Dumping the contents of table \"big\" failed: PQgetResult() failed.\n"
                    + "pg_dump: detail: Error message from server: ERROR:  canceling statement due to conflict with "
                    + "recovery\nDETAIL:  User was holding a relation lock for too long.",
                "standbyConflict", "hot_standby_feedback", true
            ),
            (
                "pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout", "lockTimeout",
                "lockWaitTimeout", true
            ),
            (
                "pg_dump: error: connection to server at \"db.example.com\", port 5432 failed: "
                    + "FATAL:  the database system is starting up", "connectionFailed", "db.example.com", true
            ),
            (
                "pg_dump: error: connection to server at \"db.example.com\", port 5432 failed: "
                    + "FATAL:  sorry, too many clients already", "connectionFailed", "db.example.com", true
            ),
            (
                "pg_dump: error: connection to server at \"db.example.com\", port 5432 failed: "
                    + "FATAL:  no pg_hba.conf entry for host \"192.0.2.1\", user \"app\", database \"shop\", no encryption",
                "authenticationFailed", "lets this user in", false
            ),
            (
                "pg_restore: error: could not execute query: ERROR:  could not extend file \"base/5/16384\": "
                    + "No space left on device", "noSpace", "disk of the server", false
            ),
            (
                "pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "
                    + "\"secrets\"", "permissionDenied", "pg_read_all_data", false
            ),
            (
                "pg_dump: error: aborting because of server version mismatch\n"
                    + "pg_dump: detail: server version: 16.4; pg_dump version: 15.20", "toolUnsuitable",
                "server's version", false
            ),
            (
                "pg_dump: error: query failed: SSL connection has been closed unexpectedly", "connectionLost",
                "Look into its log", true
            ),
            ("pg_restore: error: something nobody foresaw", "toolFailed", "pg_dump failed", false),
        ] as [(String, String, String, Bool)]
    )
    func textsHaveTheirCodes(_ text: String, _ code: String, _ remedy: String, _ isRetryable: Bool) throws {
        let error = try error(text)
        #expect(error.code.rawValue == code)
        #expect(error.message.contains(remedy), "\(error.message)")
        #expect(error.isRetryable == isRetryable)
        // The program's own words stand beside it.
        #expect(error.toolOutput == text)
        #expect("\(error)".contains(text))
        let isShown = "\(error)".contains("geheim")
        #expect(!isShown)
    }

    @Test(arguments: ["db.example.com:6543", "ep-cool-pooler.eu.aws.example.com"])
    func aPoolerInBetweenIsNamedWhereItMayBeTheCause(_ host: String) throws {
        for text in [
            "pg_dump: error: connection to server failed: FATAL:  unsupported startup parameter: extra_float_digits",
            "pg_dump: error: query failed: server closed the connection unexpectedly",
            "pg_dump: error: query failed: ERROR:  prepared statement \"_1\" does not exist",
        ] {
            let error = try error(text, host: host)
            #expect(error.message.contains("connection pooler") && error.message.contains("direct"), "\(error.message)")
            #expect(try !self.error(text).message.contains("connection pooler"))
        }
        #expect(try !error("ERROR:  permission denied for table a", host: host).message.contains("connection pooler"))
    }

    @Test func aSignalIsNamedWhateverTheTextSays() throws {
        let error = try error("ERROR:  permission denied", exit: .signaled(9))
        #expect(error.code == .toolKilled)
        #expect(error.message.contains("signal 9, perhaps for want of memory"))
    }
}
