import PGBackup
import Testing

@Suite struct ConfigurationTests {
    @Test func readsTheEnvironment() throws {
        let configuration = try PostgresBackup.Configuration(environment: [
            "BACKUP_DATABASE_URL": "postgres://app@h/shop", "BACKUP_FILE_PREFIX": "prod/shop",
        ])
        #expect(configuration.database.database == "shop")
        #expect(configuration.prefix == "prod/shop")
    }

    @Test func usesTheDefaultPrefixWhenTheVariableIsEmpty() throws {
        let configuration = try PostgresBackup.Configuration(environment: [
            "BACKUP_DATABASE_URL": "postgres://h/db", "BACKUP_FILE_PREFIX": "",
        ])
        #expect(configuration.prefix == "backup")
    }

    @Test(arguments: [("", false), ("false", false), ("TRUE", true), (" 1", true)])
    func aPoolerIsAllowedOnlyWhereTheVariableSaysSo(text: String, isAllowed: Bool) throws {
        let environment = ["BACKUP_DATABASE_URL": "postgres://h/db", "BACKUP_ALLOW_POOLER": text]
        #expect(try PostgresBackup.Configuration(environment: environment).allowsPooler == isAllowed)
        let wrong = environment.merging(["BACKUP_ALLOW_POOLER": "perhaps"]) { $1 }
        #expect(throws: PGBackupError.self) { try PostgresBackup.Configuration(environment: wrong) }
    }

    @Test(arguments: [("", true), ("false", true), ("true", false), ("on", false), ("t", false)])
    func whereObjectLockIsSupportedThereIsNoLease(text: String, usesLease: Bool) throws {
        let environment = ["BACKUP_DATABASE_URL": "postgres://h/db", "SUPPORT_OBJECT_LOCK": text]
        #expect(try PostgresBackup.Configuration(environment: environment).usesLease == usesLease)
    }

    @Test(arguments: [[:], ["BACKUP_DATABASE_URL": ""], ["BACKUP_DATABASE_URL": "mysql://u:hunter2@h/db"]])
    func namesTheVariableThatIsMissingOrWrong(environment: [String: String]) {
        let error = #expect(throws: PGBackupError.self) { try PostgresBackup.Configuration(environment: environment) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("BACKUP_DATABASE_URL") == true)
        #expect(error?.description.contains("hunter2") == false)
    }
}
