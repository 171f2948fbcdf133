/// Reads sets of keys out of whatever the fuzzer thinks of, and lets the keys judge a signature that is none.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAppleKeySet(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let jwk = try? JWK(parsing: bytes), let jws = try? CompactJWS(parsing: "eyJhbGciOiJFUzI1NiJ9.e30.AQID") {
        guard !jwk.isValid(jws) else { fatalError("three bytes are a signature") }
    }
    guard let set = try? JWKSet(parsing: bytes) else { return 0 }
    guard (1...JWKSet.maximumKeys).contains(set.keyIDs.count), set.skipped >= 0 else { fatalError("a set of no size") }
    for keyID in set.keyIDs {
        guard let key = set[keyID], (2048...8192).contains(key.bitCount),
            key.signatureByteCount == (key.bitCount + 7) / 8
        else { fatalError("a key that should be refused") }
        for fill in [0, 1, 0xFF] as [UInt8] {
            let signature = [UInt8](repeating: fill, count: key.signatureByteCount)
            guard !key.isValid(signature, of: [1, 2, 3]) else { fatalError("a signature that is none") }
        }
    }
    return 0
}
