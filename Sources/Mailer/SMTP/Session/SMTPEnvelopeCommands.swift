/// What the commands of one message say: `MAIL`, a `RCPT` for each recipient, `DATA`.
///
/// All text comes from types that hold no control character, so no command can begin within another.
package struct SMTPEnvelopeCommands: Sendable {
    package var envelope: MailEnvelope
    /// What is declared with `SIZE` (RFC 1870); nil: nothing.
    package var size: Int?
    /// `BODY=8BITMIME` (RFC 6152).
    package var declares8BitMIME = false
    /// `SMTPUTF8` (RFC 6531).
    package var declaresSMTPUTF8 = false
    package var notifications: SMTPDeliveryNotifications?
    /// `ENVID` (RFC 3461).
    package var envelopeID: String?
    /// What else `MAIL` says, such as `REQUIRETLS` (RFC 8689), behind all of the above.
    package var furtherMailParameters: [SMTPParameter] = []

    package init(_ envelope: MailEnvelope) { self.envelope = envelope }

    /// What a message needs and a server offers.
    init(_ message: SMTPMessage, for capabilities: SMTPCapabilities) {
        envelope = message.envelope
        size = capabilities.size ? message.content.size : nil
        declares8BitMIME = message.content.needs8BitMIME && capabilities.eightBitMIME
        declaresSMTPUTF8 = message.needsSMTPUTF8 && capabilities.smtpUTF8
        if capabilities.deliveryNotifications, let wanted = message.notifications {
            notifications = wanted
            envelopeID = wanted.sendsEnvelopeID ? message.envelopeID : nil
        }
    }

    func appendMail(to output: inout [UInt8]) {
        output.append(contentsOf: "MAIL FROM:<".utf8)
        if let sender = envelope.sender { output.append(contentsOf: sender.wireText.utf8) }
        output.append(0x3E)
        if let size { output.append(contentsOf: " SIZE=\(max(0, size))".utf8) }
        if declares8BitMIME { output.append(contentsOf: " BODY=8BITMIME".utf8) }
        if declaresSMTPUTF8 { output.append(contentsOf: " SMTPUTF8".utf8) }
        if let returned = notifications?.returnedText { output.append(contentsOf: " RET=\(returned)".utf8) }
        // At most 100 characters (RFC 3461, section 4.4).
        if let envelopeID, !envelopeID.isEmpty, envelopeID.utf8.count <= 100 {
            output.append(contentsOf: " ENVID=\(SMTPDeliveryNotifications.xtext(envelopeID))".utf8)
        }
        for parameter in furtherMailParameters { output.append(contentsOf: " \(parameter.text)".utf8) }
        output.append(contentsOf: [0x0D, 0x0A])
    }

    func appendRecipient(_ index: Int, to output: inout [UInt8]) {
        let recipient = envelope.recipients[index]
        output.append(contentsOf: "RCPT TO:<".utf8)
        output.append(contentsOf: recipient.wireText.utf8)
        output.append(0x3E)
        if let notifications {
            output.append(contentsOf: " NOTIFY=\(notifications.notifyText)".utf8)
            if notifications.namesOriginalRecipient, !recipient.needsSMTPUTF8 {
                output.append(contentsOf: " ORCPT=rfc822;\(SMTPDeliveryNotifications.xtext(recipient.wireText))".utf8)
            }
        }
        output.append(contentsOf: [0x0D, 0x0A])
    }
}
