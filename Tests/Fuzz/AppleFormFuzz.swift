/// Reads callbacks out of whatever the fuzzer thinks of.
///
/// What is accepted reads the same when it is written again, and an Android redirect leads to its own package only.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAppleForm(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let fields = try? FormCoding.decode(bytes, maximumBytes: 65_536) {
        guard fields.count <= 32 else { fatalError("more fields than allowed") }
        let again = FormCoding.encode(fields.map { ($0.key, $0.value) })
        guard (try? FormCoding.decode(again, maximumBytes: 1 << 20)) == fields else { fatalError("it reads otherwise") }
    }
    guard let callback = try? AppleCallback(formBody: bytes) else { return 0 }
    if case .failed(let word) = callback.outcome, word.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
        fatalError("a word with other signs")
    }
    guard let redirect = try? AppleAndroidRedirect(packages: ["com.example.app"]),
        let url = try? redirect.url(forFormBody: bytes, package: "com.example.app"),
        url.hasSuffix("#Intent;package=com.example.app;scheme=signinwithapple;end"),
        url.utf8.count(where: { $0 == UInt8(ascii: "#") }) == 1, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { fatalError("a redirect to elsewhere") }
    return 0
}
