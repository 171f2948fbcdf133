import GroundworkCore
import GroundworkSockets

extension LoopbackSMTPSession {
    /// Reads the content up to the dot, and takes the message.
    mutating func takeContent(_ begun: LoopbackSMTPMessage, _ wire: inout LoopbackSMTPWire) async throws {
        var taken = begun
        var size = 0
        while true {
            var line = try await wire.line(limit: configuration.maximumSize)
            if line == [0x2E] { break }
            check(line, of: begun)
            if line.first == 0x2E { line.removeFirst() }
            size += line.count + 2
            if size <= configuration.maximumSize { taken.content += line + [0x0D, 0x0A] }
        }
        message = nil
        guard size <= configuration.maximumSize else {
            return try await wire.send(Self.bytes("552 5.3.4 Too much"))
        }
        _ = try await answer(.endOfData, "250 2.0.0 Ok: queued as T\(number)x\(size)", &wire) { keep(taken) }
    }

    private func keep(_ message: LoopbackSMTPMessage) {
        log.withLock { $0.messages.append(message) }
    }

    private func check(_ line: [UInt8], of message: LoopbackSMTPMessage) {
        if line.contains(where: { $0 == 0x0A || $0 == 0x0D }) { violate("a bare line end in the content") }
        if line.count > 998 { violate("a line of \(line.count) bytes") }
        let is8Bit = message.senderParameters.contains { $0 == "BODY=8BITMIME" || $0 == "SMTPUTF8" }
        if !is8Bit, line.contains(where: { $0 >= 0x80 }) { violate("8-bit text without BODY=8BITMIME") }
    }
}
