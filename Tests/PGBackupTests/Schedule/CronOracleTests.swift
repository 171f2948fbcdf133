import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import PGBackup
import Testing

/// Python's croniter and zoneinfo decide, over generated expressions, zones and moments near changes of the clocks.
@Suite struct CronOracleTests {
    private struct Case: Encodable {
        var expression: String
        var zone: String
        var after: Int
        var count: Int
    }

    private static let zones = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago", "UTC",
        "Pacific/Apia", "Antarctica/Troll", "Asia/Kathmandu", "Europe/Dublin", "America/St_Johns", "Asia/Gaza",
    ]

    private struct Generator {
        let random: ManualRandom

        func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

        func field(_ minimum: Int, _ maximum: Int, names: [String] = [], star: Int) -> String {
            if below(10) < star { return "*" }
            func value(_ number: Int) -> String {
                guard number - minimum < names.count, below(2) == 0 else { return "\(number)" }
                return names[number - minimum]
            }
            let items = (0...below(2)).map { _ -> String in
                let first = minimum + below(maximum - minimum)
                switch below(5) {
                case 0: return "\(value(first))-\(value(first + 1 + below(maximum - first)))"
                case 1:
                    let last = first + 1 + below(maximum - first)
                    return "\(first)-\(last)/\(1 + below(last - first))"
                case 2 where star > 0: return "*/\(2 + below(min(9, (maximum - minimum) / 2)))"
                default: return value(first)
                }
            }
            return items.joined(separator: ",")
        }

        func expression() -> String {
            let hours = below(3) == 0 ? ["*", "*/2", "*/3", "*/5"][below(4)] : field(0, 5, star: 0)
            let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
            let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
            return [
                field(0, 59, star: 2), hours, field(1, 28, star: 7), field(1, 12, names: months, star: 8),
                field(0, 6, names: days, star: 6),
            ].joined(separator: " ")
        }
    }

    @Test func agreesWithCroniterAndZoneinfo() async throws {
        let generator = Generator(random: ManualRandom(seed: 20_261_126))
        var cases: [Case] = []
        for number in 0..<600 {
            let zone = Self.zones[number % Self.zones.count]
            // Near a change of the clocks two times out of three.
            var after = 1_262_304_000 + generator.below(1_600_000_000)
            if number % 3 > 0, let change = try Self.change(after: after, in: zone) {
                after = change - 200_000 + generator.below(210_000)
            }
            cases.append(Case(expression: generator.expression(), zone: zone, after: after, count: 6))
        }
        let encoder = JSONEncoder()
        let input = try cases.map { String(decoding: try encoder.encode($0), as: UTF8.self) }.joined(separator: "\n")
        let output = try await ChildProcess.output(
            of: TestTools.program("python3"),
            [TestTools.support("cron_oracle.py")],
            input: Array(input.utf8)
        )
        let answers = String(decoding: output, as: UTF8.self).split(separator: "\n")
        try #require(answers.count == cases.count)
        var wrong: [String] = []
        for (question, answer) in zip(cases, answers) {
            let expected = try JSONDecoder().decode([Int].self, from: Data(answer.utf8))
            let schedule = CronSchedule(
                try CronExpression(question.expression),
                in: try IANATimeZone(question.zone)
            )
            let start = Date(timeIntervalSince1970: Double(question.after))
            let found = schedule.preview(question.count, after: start).map { Int($0.timeIntervalSince1970) }
            if found != expected { wrong.append("\(question): \(found) instead of \(expected)") }
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(cases.count): \(wrong.prefix(5))")
    }

    /// The first second of another distance from UTC within a year.
    private static func change(after second: Int, in name: String) throws -> Int? {
        let zone = try IANATimeZone(name)
        func offset(_ second: Int) -> Int { zone.secondsFromUTC(at: Date(timeIntervalSince1970: Double(second))) }
        var low = second
        while offset(low + 86_400) == offset(low) {
            low += 86_400
            if low > second + 366 * 86_400 { return nil }
        }
        var high = low + 86_400
        while high - low > 1 {
            let middle = (low + high) / 2
            if offset(middle) == offset(low) { low = middle } else { high = middle }
        }
        return high
    }
}
