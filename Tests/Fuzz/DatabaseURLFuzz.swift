/// Reads database URLs out of whatever the fuzzer thinks of.
///
/// A URL that was read, written with everything percent-encoded and read again is the same; the password does not
/// change the description.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDatabaseURL(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    guard let url = try? DatabaseURL(parsing: text) else { return 0 }
    _ = url.poolerHint
    var open = url
    open.password = nil
    guard open.description == url.description else { fatalError("the description shows the password") }
    let written = write(url)
    guard let again = try? DatabaseURL(parsing: written) else { fatalError("not readable: \(written)") }
    guard write(again) == written, again.parameters == url.parameters, again.password == url.password else {
        fatalError("it reads otherwise: \(written)")
    }
    return 0
}

private func write(_ url: DatabaseURL) -> String {
    var text = "postgres://"
    if url.user != nil || url.password != nil {
        text += encode(url.user ?? "") + (url.password.map { ":\($0.withValue(encode))" } ?? "") + "@"
    }
    text += url.hosts.map { encode($0.name) + ($0.port.map { ":\($0)" } ?? "") }.joined(separator: ",")
    text += "/" + encode(url.database ?? "")
    let parameters = url.parameters.sorted { $0.key < $1.key }.map { "\(encode($0.key))=\(encode($0.value))" }
    return parameters.isEmpty ? text : text + "?" + parameters.joined(separator: "&")
}

private func encode(_ text: String) -> String {
    text.utf8.map { byte in
        let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        return isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte])
    }.joined()
}
