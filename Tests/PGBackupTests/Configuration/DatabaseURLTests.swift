import GroundworkCore
import Testing
@testable import PGBackup

@Suite struct DatabaseURLTests {
    @Test func readsAllPartsOfAURL() throws {
        let url = try DatabaseURL(parsing: " postgres://app:secret@db.example.com:6000/shop?sslmode=require ")
        #expect(url.hosts == [.init("db.example.com", port: 6000)])
        #expect(url.user == "app")
        #expect(url.password == Secret("secret"))
        #expect(url.database == "shop")
        #expect(url.parameters == ["sslmode": "require"])
        #expect(url.warnings.isEmpty)
    }

    @Test func decodesPercentEncodedSigns() throws {
        let url = try DatabaseURL(parsing: "postgresql://u%40x:p%40s%3As%2Fw%C3%B6rd%25@h/my%20db")
        #expect(url.user == "u@x")
        #expect(url.password == Secret("p@s:s/wörd%"))
        #expect(url.database == "my db")
    }

    @Test func takesTheLastAtSignAsTheEndOfThePassword() throws {
        let url = try DatabaseURL(parsing: "postgres://app:p@ss:wörd@h:5433/db")
        #expect(url.password == Secret("p@ss:wörd"))
        #expect(url.hosts == [.init("h", port: 5433)])
    }

    @Test func explainsAnUnencodedSlashInThePasswordWithoutRepeatingIt() {
        let error = #expect(throws: TextParsingError.self) { try DatabaseURL(parsing: "postgres://app:pa/ss@h/db") }
        #expect(error?.reason.contains("%2F") == true)
        #expect(error?.description.contains("pa/ss") == false)
    }

    @Test(arguments: ["postgres://app:12/34@host/db", "postgres://app:12/34?5@host/db", "postgres://h/12@34"])
    func refusesAnAtSignBehindASlashWithoutRepeatingIt(text: String) {
        let error = #expect(throws: TextParsingError.self) { try DatabaseURL(parsing: text) }
        #expect(error?.description.contains("12") == false)
        #expect(error?.description.contains("34") == false)
    }

    @Test(arguments: ["postgres://h/db?service=other", "service=other dbname=db", "postgres:///?servicefile=/x"])
    func refusesServices(text: String) {
        let error = #expect(throws: TextParsingError.self) { try DatabaseURL(parsing: text) }
        #expect(error?.reason.contains("service file") == true)
    }

    @Test func readsIPv6Hosts() throws {
        let url = try DatabaseURL(parsing: "postgresql://[2001:db8::1]:5433,[::1]/db")
        #expect(url.hosts == [.init("2001:db8::1", port: 5433), .init("::1")])
        #expect(url.description == "postgresql://[2001:db8::1]:5433,[::1]/db")
    }

    @Test(arguments: [
        "postgresql:///db?host=/run/postgresql&port=5433", "postgresql://%2Frun%2Fpostgresql:5433/db",
        "host=/run/postgresql port=5433 dbname=db", "port=5433 host = '/run/postgresql' dbname='db'",
    ])
    func readsUnixSockets(text: String) throws {
        let url = try DatabaseURL(parsing: text)
        #expect(url.hosts == [.init("/run/postgresql", port: 5433)])
        #expect(url.database == "db")
    }

    @Test func readsKeywordsWithQuotesAndEscapes() throws {
        let url = try DatabaseURL(parsing: #"user=app password='p\'a \\ ss' dbname=a\ b connect_timeout=5"#)
        #expect(url.password == Secret(#"p'a \ ss"#))
        #expect(url.database == "a b")
        #expect(url.parameters == ["connect_timeout": "5"])
    }

    @Test("Rule 8: parameters that libpq does not know are dropped with a warning")
    func dropsParametersThatLibpqDoesNotKnow() throws {
        let url = try DatabaseURL(
            parsing: "postgres://h/db?schema=public&sslmode=require&pgbouncer=true&pool_timeout=0"
        )
        #expect(url.parameters == ["sslmode": "require"])
        #expect(url.warnings.count == 3)
        #expect(url.warnings.first?.contains("schema") == true)
    }

    @Test func doesNotShowAParametersValueInAWarning() throws {
        let url = try DatabaseURL(parsing: "postgres://h/db?apitoken=hunter2&sslpassword=hunter3")
        #expect(url.warnings.count == 2)
        #expect(!url.warnings.joined().contains("hunter"))
    }

    @Test func neverShowsThePassword() throws {
        let url = try DatabaseURL(parsing: "postgres://app:hunter2@h/db")
        var dumped = ""
        dump(url, to: &dumped)
        for text in ["\(url)", String(reflecting: url), dumped] { #expect(!text.contains("hunter2")) }
    }

    @Test(arguments: [
        "", "mysql://h/db", "http://h", "db", "postgres://h:0/db", "postgres://h:65536/db", "postgres://h:x/db",
        "postgres://[::1/db", "postgres://[::1]x/db", "postgres://u%4/db", "postgres://u%zz@h/db",
        "postgres://u%00@h/db",
        "postgres://u%ff@h/db", "postgres://h/db?sslmode", "host='x", "host", "port=1,2 host=a", "password='a\nb'",
    ])
    func refusesWhatItCannotRead(text: String) {
        #expect(throws: TextParsingError.self) { try DatabaseURL(parsing: text) }
    }

    @Test(
        "Rule 9: the sign of a pooler is seen in the URL",
        arguments: [
            ("postgres://app@ep-cool-pooler.eu.aws.neon.tech/db", true), ("postgres://h:6543/db", true),
            ("postgres://aws-0-eu.pooler.supabase.com:6543/db", true), ("postgres://pgbouncer/db", true),
            ("postgres://aws-0-eu.pooler.supabase.com:5432/db", false), ("postgres://pooler.example.com/db", true),
            ("postgres://h:5432/db", false), ("postgres://db.example.com/pooler", false),
            ("postgres://h:6432/db", true), ("postgres://my-pgbouncer/db", true),
            ("postgres://carpooler.example.com/db", false), ("postgres://car-poolers.example.com/db", false),
        ]
    )
    func hintsAtPoolers(text: String, isPooler: Bool) throws {
        #expect((try DatabaseURL(parsing: text).poolerHint != nil) == isPooler)
    }

    @Test(
        "Rule 9: port 6543 and names of poolers are refused, other signs are only told",
        arguments: [
            ("postgres://h:6543/db", true), ("postgres://ep-cool-pooler.eu.aws.neon.tech/db", true),
            ("postgres://EP-Cool-POOLER.eu.aws.neon.tech/db", true), ("postgres://app-pooler-rw/db", true),
            ("postgres://pooler.x/db", true), ("postgres://a.pooler.x/db", true), ("postgres://pooler/db", true),
            ("postgres://pgbouncer/db", true), ("postgres://pgbouncer-2.internal:6432/db", true),
            ("postgres://h:6432,pooler.x/db", true), ("postgres://a.pooler.supabase.com:6543/db", true),
            ("postgres://h:6432/db", false), ("postgres://my-pgbouncer/db", false),
            ("postgresql:///db?host=/run/pgbouncer", false), ("postgres://carpooler.example.com/db", false),
            ("postgres://a.pooler.supabase.com:5432/db", false), ("postgres://h/db", false),
        ]
    )
    func onlyASureSignRefusesAnAddress(text: String, isRefused: Bool) throws {
        let url = try DatabaseURL(parsing: text)
        #expect((url.refusedPoolerHint != nil) == isRefused)
        if isRefused { #expect(url.poolerHint == url.refusedPoolerHint) }
    }

    @Test(
        arguments: [
            ("postgres://app@ep-cool-pooler.eu.aws.neon.tech/db", "ep-cool.eu.aws.neon.tech:5432"),
            ("postgres://h:6543/db", "h:5432"), ("postgres://h:6432/db", "h:5432"),
            ("postgres://postgres.abcd@aws-0-eu.pooler.supabase.com:6543/db", "db.abcd.supabase.co:5432"),
            ("postgres://postgres@aws-0-eu.pooler.supabase.com:6543/db", nil), ("postgres://pgbouncer:6432/db", nil),
            ("postgres://h:5432/db", nil), ("postgres://carpooler.example.com:6432/db", "carpooler.example.com:5432"),
            ("postgres://car-poolers.example.com:6543/db", "car-poolers.example.com:5432"),
        ] as [(String, String?)]
    )
    func theDirectAddressIsToldWhereTheSignTellsIt(text: String, address: String?) throws {
        #expect(try DatabaseURL(parsing: text).directAddress == address)
    }
}
