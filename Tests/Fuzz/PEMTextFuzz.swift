/// Reads keys out of whatever the fuzzer thinks of.
///
/// What is accepted is one DER sequence, and reads the same when it is written again as base64 and as PEM.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPEMText(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    guard let key = try? PEMText(parsing: text) else { return 0 }
    key.der.withValue { der in
        guard PEMText.isDERSequence(der), der.count <= count else { fatalError("\(der.count) bytes are no sequence") }
        let base64 = Base64.encode(der)
        let block = "-----BEGIN \(key.label ?? "KEY")-----\n\(base64)\n-----END \(key.label ?? "KEY")-----"
        for again in [base64, Base64.encodeURL(der), block, Base64.encode(Array(block.utf8))] {
            guard (try? PEMText(parsing: again))?.der == key.der else { fatalError("it reads otherwise: \(again)") }
        }
    }
    return 0
}
