import FoundationEssentials

/// Reads zone files out of whatever the fuzzer thinks of, and asks them for the distance from UTC all over time.
///
/// A stretch of time holds the second that was asked for; schedules in the zone go forward and end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzZone(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let zone = try? IANATimeZone(identifier: "Fuzz", tzif: bytes) else { return 0 }
    for second in [-62_135_596_800, -4_000_000_000, 0, 1_774_746_000, 4_000_000_000, 253_402_300_799] {
        let segment = zone.rules.segment(containing: second)
        guard (segment.start ?? second) <= second, (segment.end ?? second + 1) > second, abs(segment.offset) < 93_600
        else {
            fatalError("\(segment) does not hold \(second)")
        }
        _ = zone.text(of: Date(timeIntervalSince1970: Double(second)))
    }
    for text in ["30 2 * * *", "*/7 * * * *"] {
        guard let expression = try? CronExpression(text) else { fatalError("the expression is right") }
        var last = Date(timeIntervalSince1970: 1_774_700_000)
        for next in CronSchedule(expression, in: zone).preview(20, after: last) {
            guard next > last else { fatalError("it goes back after \(last)") }
            last = next
        }
    }
    return 0
}
