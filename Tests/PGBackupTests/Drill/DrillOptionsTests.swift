import GroundworkCore
import PGBackup
import Testing

@Suite struct DrillOptionsTests {
    @Test(arguments: [("1h", 3600), ("90min", 5400), ("90m", 5400), ("45s", 45), ("1000h", 3_600_000)])
    func theTargetIsReadFromTheEnvironment(text: String, seconds: Int) throws {
        #expect(try DrillOptions(environment: ["RESTORE_TARGET": text]).restoreTarget == .seconds(seconds))
    }

    @Test(arguments: ["", "1", "h", "0h", "-1h", "1001h", "1d", "9999999999999999999h"])
    func aTargetThatIsNoTimeIsRefused(text: String) throws {
        if text.isEmpty {
            #expect(try DrillOptions(environment: ["RESTORE_TARGET": text]).restoreTarget == .seconds(3600))
        } else {
            let error = #expect(throws: PGBackupError.self) { try DrillOptions(environment: ["RESTORE_TARGET": text]) }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains("RESTORE_TARGET") == true)
        }
    }

    @Test func theServerIsReadFromTheEnvironmentAndItsPasswordIsNeverShown() throws {
        let url = "postgres://drill:hunter2@scratch.example.com/postgres"
        let options = try DrillOptions(environment: ["DRILL_DATABASE_URL": url])
        #expect(options.place == .server(try DatabaseURL(parsing: url)))
        #expect(try DrillOptions(environment: [:]).place == .throwAwayCluster)
        let error = #expect(throws: PGBackupError.self) {
            try DrillOptions(environment: ["DRILL_DATABASE_URL": "postgres://drill:hunter2@[::1/x"])
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("DRILL_DATABASE_URL") && !text.contains("hunter2"))
    }

    @Test func theProjectionGrowsWithTheDatabase() {
        let projection = RestoreProjection(
            measuredSeconds: 60,
            restoredBytes: 1_000_000,
            presentBytes: 30_000_000,
            target: .seconds(1800)
        )
        #expect(projection.projectedSeconds == 1800)
        #expect(projection.holds)
        var small = projection
        small.target = .seconds(1799)
        #expect(!small.holds)
        #expect(small.sentence.contains("30 MB now, which would take 30 min, more than the target of 29 min 59 s"))
    }

    @Test func aProjectionOfNothingIsNoCrash() {
        let empty = RestoreProjection(measuredSeconds: .nan, restoredBytes: 0, presentBytes: -1, target: .zero)
        #expect(empty.projectedSeconds == 0)
        #expect(
            RestoreProjection(measuredSeconds: 1, restoredBytes: 0, presentBytes: .max, target: .zero).holds == false
        )
    }
}
