/// Reads private keys out of whatever the fuzzer thinks of, as text and as DER.
///
/// What is accepted signs, and reads the same when it is written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzApplePrivateKey(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let text = try? PEMText(parsing: String(decoding: bytes, as: UTF8.self)), let key = try? ApplePrivateKey(text) {
        check(key.key)
    }
    let der = try? P256PrivateKey(pkcs8: bytes)
    if let der { check(der) }
    // Its base64 reads the same, if it is one whole DER sequence.
    guard PEMText.isDERSequence(bytes) else { return 0 }
    let text = (try? PEMText(parsing: Base64.encode(bytes))).flatMap { try? ApplePrivateKey($0) }
    guard text?.key.publicKey.point == der?.publicKey.point else { fatalError("it reads otherwise as text") }
    return 0
}

private func check(_ key: P256PrivateKey) {
    guard let signature = try? key.sign([1, 2, 3]), key.publicKey.isValid(signature, of: [1, 2, 3]),
        !key.publicKey.isValid(signature, of: [1, 2]), let der = try? key.pkcs8(),
        let again = try? P256PrivateKey(pkcs8: der), again.publicKey.point == key.publicKey.point
    else { fatalError("a key that does not sign") }
}
