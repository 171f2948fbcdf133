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
        "", "CREATE ROLE ;", "CREATE ROLE \"x;", "CREATE ROLE \"", "CREATE ROLE a; DROP ROLE b;", "GRANT ;",
    ])
    func oddLinesAreNoStatements(text: String) {
        #expect(RoleScript.statements(in: text, existing: []).statements.isEmpty)
    }
}
