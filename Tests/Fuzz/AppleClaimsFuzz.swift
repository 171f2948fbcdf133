import FoundationEssentials

/// Reads claims out of whatever the fuzzer thinks of.
///
/// What is accepted is JSON for another reader too, and its times are times.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAppleClaims(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let isJSON: Bool
    do throws(JSONError) {
        try JSONReader.check(bytes)
        isJSON = true
    } catch {
        guard error.offset >= 0, error.offset <= count + 1 else { fatalError("an error at no place: \(error)") }
        isJSON = false
    }
    if isJSON, (try? JSONDecoder().decode(Anything.self, from: Data(bytes))) == nil {
        fatalError("Foundation does not read it")
    }
    guard let claims = try? AppleClaims(parsing: bytes) else { return 0 }
    guard isJSON else { fatalError("claims in what is no JSON") }
    // The same text among other bytes reads the same.
    let padded = [0x7B] + bytes + [0x7D, 0x22]
    guard let again = try? AppleClaims(parsing: padded, in: 1..<count + 1, issuer: "i", audiences: ["a", "b"]),
        again.subject == claims.subject, again.issuer == claims.issuer, again.audiences == claims.audiences
    else { fatalError("it reads otherwise in another place") }
    for time in [claims.issuedAt, claims.expiresAt, claims.notBefore, claims.authenticatedAt] {
        if let time, !(0...253_402_300_799).contains(time) { fatalError("a time that is none: \(time)") }
    }
    return 0
}

/// Any JSON at all.
private struct Anything: Decodable {
    init(from decoder: any Decoder) throws {}
}
