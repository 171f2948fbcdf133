/// Takes apart whatever the fuzzer thinks of, as a token and as the header of one.
///
/// What is accepted is canonical: its parts, encoded again, are the token.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAppleJWS(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    check(String(decoding: bytes, as: UTF8.self))
    check(Base64.encodeURL(bytes) + ".e30.AQID")
    return 0
}

private func check(_ token: String) {
    guard let jws = try? CompactJWS(parsing: token) else { return }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard token.utf8.count <= 16_384, parts.count == 3, Base64.encodeURL(jws.payload) == parts[1],
        Base64.encodeURL(jws.signature) == parts[2], let header = Base64.decodeURL(parts[0])
    else { fatalError("not canonical: \(token)") }
    guard (try? JSONReader.check(header)) != nil, jws.algorithm.utf8.count <= 32 else {
        fatalError("a bad header: \(token)")
    }
    if let keyID = jws.keyID, keyID.utf8.count > 256 || keyID.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
        fatalError("a bad kid: \(token)")
    }
    let signed = jws.withSignature { _, signed in signed.count }
    guard signed == parts[0].utf8.count + 1 + parts[1].utf8.count else {
        fatalError("other bytes are signed: \(token)")
    }
}
