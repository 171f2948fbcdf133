/// Gives whatever the fuzzer thinks of to the reader of response heads, line by line as libcurl does.
///
/// The first two bytes choose the limit. Whatever comes, the reader keeps to its limits and completes one head at most.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzResponseHead(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count > 2 else { return 0 }
    let limit = Int(input[0]) << 8 | Int(input[1])
    var reader = ResponseHeadReader(limit: limit)
    var received = 0
    var hasHead = false
    // With their ends, as libcurl gives them.
    for line in input.dropFirst(2).split(separator: 0x0A, omittingEmptySubsequences: false) {
        let line = Array(line) + [0x0A]
        received += line.count
        let step = reader.read(line.span)
        switch step {
        case .more:
            guard received <= limit else { fatalError("more than the limit") }
        case .complete(let head):
            guard !hasHead, received <= limit else { fatalError("a head at the wrong place") }
            guard head.status.kind != .informational || head.status.code == 101 else { fatalError("an interim head") }
            guard head.headerFields.count <= ResponseHeadReader.maximumFieldLines else { fatalError("too many fields") }
            hasHead = true
        case .tooLarge, .malformed:
            return 0
        }
        guard reader.isComplete == hasHead else { fatalError("completeness is not what the steps say") }
    }
    return 0
}
