import FoundationEssentials

/// Reads cron expressions out of whatever the fuzzer thinks of: the first eight bytes are a time, the rest is the text.
///
/// Whatever is read is due some day; each time is later than the one before; and the text means the same when it is read
/// again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCron(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let seconds = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) } % 250_000_000_000
    let text = String(decoding: bytes.dropFirst(8), as: UTF8.self)
    let expression: CronExpression
    do {
        expression = try CronExpression(text)
    } catch {
        guard error.offset >= 0, error.offset <= text.utf8.count else { fatalError("it points beside the text") }
        _ = error.marked
        return 0
    }
    guard (try? CronExpression(expression.text)) == expression else { fatalError("it reads otherwise: \(text)") }
    _ = expression.shortestInterval
    let begin = Date(timeIntervalSince1970: Double(seconds))
    var last = begin
    for next in CronSchedule(expression).preview(5, after: begin) {
        guard next > last else { fatalError("it goes back: \(text) after \(last)") }
        last = next
    }
    guard last > begin else { fatalError("it is never due: \(text) after \(begin)") }
    return 0
}
