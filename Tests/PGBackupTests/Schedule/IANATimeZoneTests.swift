import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
@testable import PGBackup
import Testing

@Suite struct IANATimeZoneTests {
    /// Compares claims "ZONE SECOND OFFSET" with Python's zoneinfo.
    private func check(_ claims: [String], environment: [String: String] = [:]) async throws {
        let output = try await ChildProcess.output(
            of: TestTools.program("python3"),
            [TestTools.support("zone_oracle.py")],
            input: Array(claims.joined(separator: "\n").utf8),
            environment: environment
        )
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        #expect(lines.last == "compared \(claims.count)")
        #expect(lines.count == 1, "\(lines.prefix(5))")
    }

    private func names() throws -> [String] {
        let table = try OpenFile("/usr/share/zoneinfo/tzdata.zi").read(1 << 20, at: 0)
        var names: [String] = []
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "Z", words.count > 1 { names.append(String(words[1])) }
            if words.first == "L", words.count > 2 { names.append(String(words[2])) }
        }
        return names
    }

    @Test func agreesWithZoneinfoInEveryZone() async throws {
        let random = ManualRandom(seed: 9636)
        var claims: [String] = []
        let names = try names()
        #expect(names.count > 500)
        for name in names {
            let zone = try IANATimeZone(name)
            for _ in 0..<40 {
                let second = -4_000_000_000 + Int(random.next() % 12_000_000_000)
                claims.append("\(name) \(second) \(zone.rules.segment(containing: second).offset)")
            }
        }
        try await check(claims)
    }

    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago",
        "Europe/Dublin", "Asia/Jerusalem", "America/Nuuk", "Asia/Gaza", "Pacific/Apia", "America/Sao_Paulo",
    ])
    func changesAtTheSecondThatZoneinfoChangesAt(name: String) async throws {
        let zone = try IANATimeZone(name)
        var claims: [String] = []
        var second = -4_000_000_000
        while second < 4_500_000_000 {
            let segment = zone.rules.segment(containing: second)
            guard let end = segment.end else { break }
            #expect(end > second)
            claims.append("\(name) \(end - 1) \(segment.offset)")
            claims.append("\(name) \(end) \(zone.rules.segment(containing: end).offset)")
            second = end
        }
        #expect(claims.count > 20)
        try await check(claims)
    }

    /// Zones that no file of the system has, compiled by zic: rules with negative and long times, and v1, v2, v3 files.
    @Test(arguments: [
        "XXX3EDT4,0/0,J365/23", "IST-2IDT,M3.4.4/26,M10.5.0", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "<+0330>-3:30",
        "AAA1BBB,J60/0,J300/0", "IST-1GMT0,M10.5.0,M3.5.0/1",
    ])
    func readsRulesAsZoneinfoDoes(rule: String) async throws {
        // A version 3 file without changes: everything is in the line at its end.
        let file = emptyFile(version: "3", rule: rule)
        try await withTemporaryDirectory { directory in
            try OpenFile("\(directory)/Own", flags: OpenFile.writeCreate).write(file, at: 0)
            let zone = try IANATimeZone("Own", environment: ["TZDIR": directory])
            var times: [Int] = []
            var second = 1_500_000_000
            for _ in 0..<40 {
                guard let end = zone.rules.segment(containing: second).end else { break }
                times += [end - 1, end]
                second = end
            }
            let random = ManualRandom(seed: 3)
            times += (0..<300).map { _ in 1_400_000_000 + Int(random.next() % 1_000_000_000) }
            let claims = times.map { "Own \($0) \(zone.rules.segment(containing: $0).offset)" }
            try await check(claims, environment: ["PYTHONTZPATH": directory])
        }
    }

    /// A file without changes and with one kind of time, UTC.
    private func emptyFile(version: String, rule: String, leapSeconds: UInt8 = 0) -> [UInt8] {
        var file: [UInt8] = []
        for length in [4, 8] {
            file += Array("TZif\(version)".utf8) + [UInt8](repeating: 0, count: 15)
            for count in [0, 0, leapSeconds, 0, 1, 4] { file += [0, 0, 0, count] }
            file += [0, 0, 0, 0, 0, 0] + Array("UTC\0".utf8)
            file += [UInt8](repeating: 0, count: Int(leapSeconds) * (length + 4))
        }
        return file + [0x0A] + Array(rule.utf8) + [0x0A]
    }

    /// The C library decides: zoneinfo takes days that are counted from 0 for the days before.
    @Test(arguments: ["AAA1BBB,59/0,299/167", "AAA-3BBB,0/3,364/-100", "AAA1BBB,J59/2,J365/2"])
    func readsRulesAsTheCLibraryDoes(rule: String) async throws {
        let zone = try POSIXTimeZone(Array(rule.utf8))
        var seconds: [Int] = []
        var second = 1_700_000_000
        for _ in 0..<20 {
            guard let end = zone.segment(containing: second).end else { break }
            seconds += [end - 1, end, end + 40 * 86_400]
            second = end
        }
        #expect(seconds.count == 60)
        let output = try await ChildProcess.output(
            of: "date",
            ["-f", "-", "+%z"],
            input: Array(seconds.map { "@\($0)" }.joined(separator: "\n").utf8),
            environment: ["TZ": rule]
        )
        let offsets = seconds.map { second in
            let minutes = zone.segment(containing: second).offset / 60
            let hours = abs(minutes) / 60
            return (minutes < 0 ? "-" : "+") + (hours < 10 ? "0" : "") + "\(hours)00"
        }
        #expect(String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init) == offsets)
    }

    @Test func summerTimeAllYearHasNoChange() throws {
        let rule = try POSIXTimeZone(Array("XXX3EDT4,0/0,J365/23".utf8))
        #expect(rule.segment(containing: 1_767_236_400).offset == -4 * 3600)
        #expect(rule.segment(containing: 1_767_236_400 - 1).offset == -4 * 3600)
        #expect(rule.segment(containing: 1_780_000_000).offset == -4 * 3600)
    }

    @Test func utcNeedsNoFiles() throws {
        for name in ["UTC", "Etc/UTC"] {
            let zone = try IANATimeZone(name, environment: ["TZDIR": "/nowhere"])
            #expect(zone.secondsFromUTC(at: Date()) == 0)
            #expect(zone.identifier == name)
        }
    }

    @Test func unknownZonesAreNamedErrors() throws {
        let unknown = #expect(throws: TimeZoneError.self) { try IANATimeZone("Europe/Berln", environment: [:]) }
        #expect(unknown?.code == .unknownZone)
        #expect(unknown?.message.contains("Europe/Berln") == true)
        let without = #expect(throws: TimeZoneError.self) {
            try IANATimeZone("Europe/Berlin", environment: ["TZDIR": "/nowhere"])
        }
        #expect(without?.code == .noZoneFiles)
        #expect(without?.message.contains("tzdata") == true)
    }

    @Test(arguments: [
        "", "../../etc/passwd", "/etc/passwd", "Europe//Berlin", "Europe/", "Europe/../Europe/Berlin", "a b", "Zoné",
        ".hidden", "A\0B", String(repeating: "A", count: 65),
    ])
    func namesThatLeadElsewhereAreRefused(name: String) {
        let error = #expect(throws: TimeZoneError.self) { try IANATimeZone(name, environment: [:]) }
        #expect(error?.code == .invalidIdentifier)
    }

    @Test(arguments: ["Europe", "tzdata.zi", "zone.tab"])
    func whatIsNoZoneFileIsRefused(name: String) {
        #expect(throws: TimeZoneError.self) { try IANATimeZone(name, environment: [:]) }
    }

    @Test func zonesThatCountLeapSecondsAreRefused() {
        let file = emptyFile(version: "2", rule: "UTC0", leapSeconds: 1)
        let error = #expect(throws: TimeZoneError.self) { try IANATimeZone(identifier: "right/UTC", tzif: file) }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("leap seconds") == true)
    }

    @Test func everyCutAndManyChangesOfAFileAreRefusedOrRead() throws {
        let file = try OpenFile("/usr/share/zoneinfo/Europe/Berlin").read(1 << 16, at: 0)
        for length in 0..<file.count {
            #expect(throws: TimeZoneError.self) { try IANATimeZone(identifier: "Cut", tzif: Array(file[..<length])) }
        }
        let random = ManualRandom(seed: 5)
        var read = 0
        for _ in 0..<3000 {
            var changed = file
            changed[Int(random.next() % UInt64(file.count))] = UInt8(truncatingIfNeeded: random.next())
            guard let zone = try? IANATimeZone(identifier: "Changed", tzif: changed) else { continue }
            read += 1
            #expect(abs(zone.secondsFromUTC(at: Date(timeIntervalSince1970: 1.8e9))) < 93_600)
        }
        #expect(read > 100 && read < 3000)
    }
}
