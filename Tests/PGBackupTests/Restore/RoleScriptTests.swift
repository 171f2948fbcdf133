import Testing

@testable import PGBackup

@Suite struct RoleScriptTests {
    private let script = #"""
        --
        -- Roles
        --

        CREATE ROLE app;
        ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;
        CREATE ROLE postgres;
        ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;
        CREATE ROLE "quoted ""name"";";
        ALTER ROLE "quoted ""name"";" WITH NOLOGIN;
        ALTER ROLE app SET search_path TO 'x';
        GRANT postgres TO app GRANTED BY postgres;
        GRANT pg_read_all_data TO "quoted ""name"";" GRANTED BY postgres;
        GRANT app TO postgres GRANTED BY postgres;
        GRANT stranger TO app;
        DROP ROLE app;
        CREATE TABLESPACE fast OWNER postgres LOCATION '/disk';

        """#

    @Test func onlyStatementsAboutMissingRolesAreTaken() {
        let (statements, created) = RoleScript.statements(in: script, existing: ["postgres"])
        #expect(created == ["app", #"quoted "name";"#])
        #expect(
            statements == [
                "CREATE ROLE app;",
                "ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;",
                #"CREATE ROLE "quoted ""name"";";"#,
                #"ALTER ROLE "quoted ""name"";" WITH NOLOGIN;"#,
                "GRANT postgres TO app GRANTED BY postgres;",
                #"GRANT pg_read_all_data TO "quoted ""name"";" GRANTED BY postgres;"#,
            ]
        )
    }

    @Test func aServerThatHasThemAllGetsNothing() {
        let (statements, created) = RoleScript.statements(
            in: script,
            existing: ["postgres", "app", #"quoted "name";"#]
        )
        #expect(statements.isEmpty && created.isEmpty)
    }

    @Test(arguments: [
        #"ALTER ROLE a WITH LOGIN \! touch /tmp/x ;"#, "ALTER ROLE a WITH LOGIN; DROP DATABASE x;",
        "ALTER ROLE a WITH x;",
        #"ALTER ROLE a WITH LOGIN VALID UNTIL '\! x';"#, "ALTER ROLE a WITH LOGIN VALID UNTIL 'x'; DROP ROLE b; --';",
        "ALTER ROLE a WITH CONNECTION LIMIT x;", "ALTER ROLE a WITH PASSWORD 'x';", #"GRANT b TO a \! x ;"#,
        "GRANT b TO a; DROP ROLE b;", #"GRANT b TO a GRANTED BY b \! x;"#,
        "GRANT b TO a WITH ADMIN OPTION; DROP ROLE b;",
    ])
    func whatPgDumpallNeverWritesIsNotRun(line: String) {
        let (statements, _) = RoleScript.statements(in: "CREATE ROLE a;\n\(line)\n", existing: ["b"])
        #expect(statements == ["CREATE ROLE a;"])
    }

    @Test(arguments: [
        "ALTER ROLE a WITH NOSUPERUSER LOGIN CONNECTION LIMIT 5 VALID UNTIL '2030-01-01 00:00:00+00';",
        "ALTER ROLE a WITH LOGIN VALID UNTIL 'infinity';", "ALTER ROLE a WITH NOLOGIN CONNECTION LIMIT -1;",
        "GRANT b TO a WITH ADMIN OPTION GRANTED BY b;", "GRANT b TO a WITH ADMIN OPTION, INHERIT FALSE, SET TRUE;",
        #"GRANT b TO a WITH INHERIT TRUE GRANTED BY "odd; \! name";"#,
    ])
    func whatPgDumpallWritesIsTaken(line: String) {
        let (statements, _) = RoleScript.statements(in: "CREATE ROLE a;\n\(line)\n", existing: ["b"])
        #expect(statements == ["CREATE ROLE a;", line])
    }

    @Test(arguments: [
        "", "CREATE ROLE ;", "CREATE ROLE \"x;", "CREATE ROLE \"", "CREATE ROLE a; DROP ROLE b;", "GRANT ;",
    ])
    func oddLinesAreNoStatements(text: String) {
        #expect(RoleScript.statements(in: text, existing: []).statements.isEmpty)
    }
}
