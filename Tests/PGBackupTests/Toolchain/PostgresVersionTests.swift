import PGBackup
import Testing

@Suite struct PostgresVersionTests {
    @Test(arguments: [
        ("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 150018), ("15.18", 150018), ("17beta1", 170000),
        ("pg_dump (PostgreSQL) 9.6.24", 90624), ("pg_dump (PostgreSQL) 19devel", 190000), ("10.0", 100000),
    ])
    func readsWhatProgramsSay(text: String, number: Int) {
        #expect(PostgresVersion(text: text)?.number == number)
    }

    @Test(arguments: ["", "pg_dump", "pg_dump (PostgreSQL)", "1.2", "9", "99999.1", "v15"])
    func refusesOtherTexts(text: String) {
        #expect(PostgresVersion(text: text) == nil)
    }

    @Test func splitsMajorAndMinor() {
        #expect(PostgresVersion(number: 150018).major == 15)
        #expect(PostgresVersion(number: 150018).description == "15.18")
        #expect(PostgresVersion(number: 90624).majorText == "9.6")
        #expect(PostgresVersion(number: 90624).description == "9.6.24")
        #expect(PostgresVersion(number: 90624) < PostgresVersion(number: 100000))
    }
}
