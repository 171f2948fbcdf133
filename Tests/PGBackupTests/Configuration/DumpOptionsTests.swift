import GroundworkCore
import PGBackup
import Testing

@Suite struct DumpOptionsTests {
    @Test func choicesAreReadInEveryForm() throws {
        let text = "-n public --schema=app -N 'old stuff' -Taudit_* -t app.orders --exclude-table-data=\"log\"\"s\""
        let options = try DumpOptions(parsing: text)
        #expect(options.selection.schemas == ["public", "app"])
        #expect(options.selection.excludedSchemas == ["old stuff"])
        #expect(options.selection.excludedTables == ["audit_*"])
        #expect(options.selection.tables == ["app.orders"])
        #expect(options.selection.tablesWithoutData == ["logs"])
        #expect(options.arguments == [])
    }

    @Test func flagsAreHandedOnAndThoseWithoutEffectAreNot() throws {
        let options = try DumpOptions(parsing: " --no-comments  -x -O --no-owner\t--clean --role='backup role' -v ")
        #expect(options.arguments == ["--no-comments", "--no-privileges", "--role=backup role"])
    }

    @Test(arguments: [
        "-Fc", "-F t", "--format=plain", "-Z9", "--compress=zstd:3", "-j4", "--jobs 2", "-S postgres", "-E UTF8",
        "--encoding=utf-8", "--encoding=UNICODE", "--disable-triggers", "--sync-method=fsync", "--restrict-key=x",
        "-Fc --format=t",
    ])
    func whatChoosesOnlyTheFormOfTheFileIsReadAndChangesNothing(text: String) throws {
        let options = try DumpOptions(parsing: text)
        #expect(options.arguments == [])
        #expect(options.withoutEffect.count == 1)
        let name = try #require(options.withoutEffect.first)
        #expect(options.warning?.hasPrefix("Options of pg_dump without effect: \(name). ") == true)
    }

    @Test func optionsWithAnEffectAreNotWarnedOf() throws {
        let options = try DumpOptions(parsing: "-n public -O --attribute-inserts")
        #expect(options.withoutEffect == [] && options.warning == nil)
        #expect(options.arguments == ["--column-inserts"])
    }

    @Test func shortOptionsMayStandInOneWord() throws {
        let options = try DumpOptions(parsing: "-Oxn public --no-statistics --disable-dollar-quoting -Oxnapp")
        #expect(options.selection.schemas == ["public", "app"])
        #expect(
            options.arguments == [
                "--no-privileges", "--no-statistics", "--disable-dollar-quoting", "--no-privileges",
            ]
        )
    }

    @Test(arguments: [("30000", 30_000), ("30s", 30_000), ("5min", 300_000), ("250ms", 250), ("1h", 3_600_000)])
    func aTimeToWaitForLocksIsRead(text: String, milliseconds: Int) throws {
        let options = try DumpOptions(parsing: "--lock-wait-timeout=\(text)")
        #expect(options.lockWaitTimeout == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "-f", "--file=/etc/passwd", "--dbname=postgres://evil", "-hevil", "-p1", "-Uroot",
        "-W",
        "--filter=/etc/passwd", "-a", "--section=data", "--snapshot=x", "-E LATIN1", "--no-data",
    ])
    func whatWouldChangeWhereOrWhatTheBackupIsIsRefusedWithAReason(text: String) throws {
        let error = #expect(throws: TextParsingError.self) { try DumpOptions(parsing: text) }
        #expect(error?.reason.contains("is refused: ") == true, "\(text): \(error?.reason ?? "")")
    }

    @Test(arguments: [
        "--no-such-option", "-q", "public", "--", "-", "--schema", "-n", "--schema=", "--no-comments=1", "-xq",
        "--rows-per-insert=0", "--rows-per-insert=x", "--lock-wait-timeout=never", "--lock-wait-timeout=0",
    ])
    func whatIsNoOptionIsRefused(text: String) {
        #expect(throws: TextParsingError.self) { try DumpOptions(parsing: text) }
    }

    @Test(arguments: [
        "-n public; rm -rf /", "-n $(id)", "-n `id`", "-n a|b", "-n a&b", "-n a>b", "-n a<b", "-n $HOME",
        "-n \"$HOME\"",
        "-n \"`id`\"", "-n (a)",
    ])
    func signsThatOnlyAShellUnderstandsAreRefusedWithTheirPlace(text: String) {
        let error = #expect(throws: TextParsingError.self) { try DumpOptions(parsing: text) }
        #expect(error?.reason.contains("no shell sees it") == true)
        #expect(error?.offset != nil)
    }

    @Test func anotherEncodingThanTheUsualIsRefusedWithAWayOut() {
        let error = #expect(throws: TextParsingError.self) { try DumpOptions(parsing: "--encoding=SQL_ASCII") }
        #expect(error?.reason.contains("the database's own encoding") == true)
        #expect(error?.reason.contains("leave it out") == true)
    }

    @Test(arguments: ["-n 'x", "-n \"x", "-n a\0b"])
    func quotesWithoutEndAndNULBytesAreRefused(text: String) {
        #expect(throws: TextParsingError.self) { try DumpOptions(parsing: text) }
    }

    @Test func theEnvironmentSetsThemAll() throws {
        let environment = [
            "BACKUP_DATABASE_URL": "postgres://localhost/app",
            "BACKUP_OPTIONS": "--schema=public --no-comments --lock-wait-timeout=5s",
        ]
        let configuration = try PostgresBackup.Configuration(environment: environment)
        #expect(configuration.selection.schemas == ["public"])
        #expect(configuration.dumpOptions.arguments == ["--no-comments"])
        #expect(configuration.lockWaitTimeout == .seconds(5))
        let error = #expect(throws: PGBackupError.self) {
            try PostgresBackup.Configuration(environment: environment.merging(["BACKUP_OPTIONS": "--file=x"]) { $1 })
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("BACKUP_OPTIONS") == true)
        #expect(error?.message.contains("--file is refused") == true)
    }
}
