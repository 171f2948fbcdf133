import FoundationEssentials

/// Reads every type of value out of whatever the fuzzer thinks of, and matches patterns.
///
/// The first byte chooses limits. The text of a value that was read reads the same again; a reason never repeats the
/// text; places lie within the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEnvValue(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    var limits = EnvLimits()
    if bytes[0] & 1 != 0 { limits.minimum = -10 }
    if bytes[0] & 2 != 0 { limits.maximum = 1000 }
    if bytes[0] & 4 != 0 { limits.maximumLength = 64 }
    if bytes[0] & 8 != 0 { limits.maximumCount = 4 }
    if bytes[0] & 16 != 0 { limits.pattern = "[a-z0-9.:/-]*" }
    if bytes[0] & 32 != 0 { limits.schemes = ["https", "postgres"] }
    if bytes[0] & 64 != 0 { limits.hosts = ["*.example.com", "127.0.0.1"] }

    check(Int.self, text, limits)
    check(UInt8.self, text, limits)
    check(Int128.self, text, limits)
    check(Double.self, text, limits)
    check(Float.self, text, limits)
    check(Bool.self, text, limits)
    check(String.self, text, limits)
    check(Color.self, text, limits)
    check(Duration.self, text, limits)
    check(ByteSize.self, text, limits)
    check(URL.self, text, limits)
    check(HostName.self, text, limits)
    check(Port.self, text, limits)
    check(IPAddress.self, text, limits)
    check(CIDRBlock.self, text, limits)
    check(UUID.self, text, limits)
    check(CalendarDay.self, text, limits)
    check(Date.self, text, limits)
    check(Base64Bytes.self, text, limits)
    check(Base64URLBytes.self, text, limits)
    check(HexBytes.self, text, limits)
    check(PEMText.self, text, limits)
    check(EnvJSON<[String: [Int]]>.self, text, limits)
    check([Int].self, text, limits)
    check([String].self, text, limits)
    check(Set<String>.self, text, limits)
    check([URL].self, text, limits)
    check(Secret<String>.self, text, limits)
    check(Int?.self, text, limits)

    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, let pattern = try? EnvPattern(String(parts[0])) { _ = try? pattern.matches(String(parts[1])) }
    return 0
}

private enum Color: String, EnvChoice { case red, green = "light-green" }

private func check<Value: EnvValue>(_ type: Value.Type, _ text: String, _ limits: EnvLimits) {
    do {
        let value = try Value.parse(envText: text, limits: limits)
        guard let written = value.envText else { return }
        // Written in full, a value may be longer than the limit of what was read.
        var open = limits
        open.maximumLength = nil
        open.pattern = nil
        guard let again = try? Value.parse(envText: written, limits: open) else {
            fatalError("\(type) does not read its own text: \(written)")
        }
        guard again.envText == written else { fatalError("\(type) reads otherwise: \(written)") }
    } catch {
        if let offset = error.offset, offset < 0 || offset > text.utf8.count { fatalError("no such place: \(offset)") }
        guard text.utf8.count < 32 || !"\(error)".contains(text) else { fatalError("\(type) repeats the text") }
    }
}
