/// Reads addresses, mailboxes and lists of them out of whatever the fuzzer thinks of.
///
/// What was read holds no control character, is written within its limits, and reads the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMailAddress(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    if let address = try? EnvelopeAddress(text) { check(address) }
    if let mailbox = try? Mailbox(text) {
        check(mailbox.address)
        guard (try? Mailbox(mailbox.description)) == mailbox else { fatalError("it reads otherwise: \(mailbox)") }
    }
    if let list = try? MailAddressList(text) {
        for mailbox in list.mailboxes { check(mailbox.address) }
        guard MailText.isClean(list.description) else { fatalError("a control character: \(list)") }
        guard (try? MailAddressList(list.description)) == list else { fatalError("it reads otherwise: \(list)") }
    }
    if let domain = try? MailDomain(text) {
        guard (try? MailDomain(domain.wireText)) == domain else { fatalError("it reads otherwise: \(domain)") }
        guard domain.wireText.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3E }) else { fatalError("\(domain)") }
    }
    return 0
}

private func check(_ address: EnvelopeAddress) {
    let wire = address.wireText
    guard MailText.isClean(wire), wire.utf8.count <= 254, address.localPart.utf8.count <= 64 else {
        fatalError("outside its limits: \(wire)")
    }
    guard (try? EnvelopeAddress(wire)) == address else { fatalError("it reads otherwise: \(wire)") }
    // Outside quotes there is neither white space nor what ends a path.
    if address.wireText.utf8.first != 0x22 {
        guard wire.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x3C && $0 != 0x3E }) else { fatalError("unquoted: \(wire)") }
    }
}
