/// Decodes whatever the fuzzer thinks of, whole and in pieces: both must end alike, within the limit.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGzip(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let size = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    let whole = decode(bytes, piece: max(1, bytes.count), chunk: 65_536)
    let parts = decode(bytes, piece: Int(size % 32) + 1, chunk: Int(size) * 7 + 1)
    guard whole.error?.code == parts.error?.code else { fatalError("\(whole.error as Any), \(parts.error as Any)") }
    guard whole.error != nil || whole.contents == parts.contents else { fatalError("the pieces matter") }
    return 0
}

private func decode(_ bytes: [UInt8], piece: Int, chunk: Int) -> (contents: [UInt8], error: GzipError?) {
    let limit = 1 << 18
    var contents: [UInt8] = []
    do throws(GzipError) {
        let decoder = try GzipDecoder(limit: Int64(limit), chunkSize: chunk)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            decoder.feed(Array(bytes[start...].prefix(piece)))
            while let part = try decoder.next() {
                guard !part.isEmpty, part.count <= chunk else { fatalError("a chunk of \(part.count)") }
                contents += part
            }
        }
        try decoder.finish()
    } catch {
        guard contents.count <= limit else { fatalError("more than the limit") }
        return (contents, error)
    }
    return (contents, nil)
}
