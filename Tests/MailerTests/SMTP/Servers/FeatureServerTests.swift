import Foundation
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@testable import Mailer

/// Every feature of the composer through mail servers of other hands: what they deliver is what was composed, byte for
/// byte behind the header fields that they put before it, and the signatures still hold.
@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: ForeignServers.isRoot, "The servers need root."))
struct FeatureServerTests {
    struct Signed {
        var feature: ComposedFeature
        var bytes: [UInt8]
        var id: String
    }

    static func signed() async throws -> (mails: [Signed], records: [String: String]) {
        let (signer, records) = try DKIMVerifiers.signer()
        var mails: [Signed] = []
        for feature in try ComposedFeature.all() {
            let bytes = try await DKIMVerifiers.signed(feature.message, signer)
            mails.append(Signed(feature: feature, bytes: bytes, id: feature.message.messageID?.description ?? ""))
        }
        return (mails, records)
    }

    /// Sends all mails and checks what was delivered.
    static func prove(
        _ configuration: SMTPConfiguration,
        _ server: String,
        delivered: () -> [String]
    ) async throws {
        let (mails, records) = try await signed()
        for mail in mails {
            let outcomes = try await sendRaw(.whole(mail.bytes), configuration)
            let isTaken = outcomes.allSatisfy(\.isAccepted)
            #expect(isTaken, "\(server), \(mail.feature): \(outcomes)")
        }
        let deadline = ContinuousClock.now + .seconds(60)
        while delivered().count < mails.count, ContinuousClock.now < deadline { await Task.yield() }
        let copies = delivered()
        var found: [([UInt8], [String: String])] = []
        for mail in mails {
            guard let copy = copies.first(where: { $0.contains("Message-ID: \(mail.id)") }) else {
                Issue.record("\(server) delivered no copy of \(mail.feature)")
                continue
            }
            let lines = copy.utf8.filter { $0 != 0x0D }
            let composed = mail.bytes.filter { $0 != 0x0D }
            let isWhole = lines.suffix(composed.count).elementsEqual(composed)
            #expect(isWhole, "\(server) delivered \(mail.feature) otherwise")
            found.append((lines.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }, records))
        }
        for (mail, answers) in zip(mails, try await DKIMVerifiers.dkimpy(found)) {
            #expect(answers == [true, true], "\(server), \(mail.feature), dkimpy")
        }
        // It looks for one signature that holds, so each is shown to it alone.
        for (selector, other) in [("r1", "e1"), ("e1", "r1")] {
            let alone = found.map { Self.without(other, $0.0) }
            for (mail, verdict) in zip(mails, try await DKIMVerifiers.openDKIM(alone, records)) {
                let holds = verdict.contains("(s=\(selector), d=example.org,") && verdict.contains("succeeded")
                #expect(holds, "\(server), \(mail.feature), \(selector): \(verdict)")
            }
        }
    }

    /// A mail without the signature that a selector's key made.
    static func without(_ selector: String, _ mail: [UInt8]) -> [UInt8] {
        let lines = mail.split(separator: 0x0A, omittingEmptySubsequences: false)
        let end = lines.firstIndex { $0.elementsEqual([0x0D]) } ?? lines.endIndex
        var fields: [[ArraySlice<UInt8>]] = []
        for line in lines[..<end] {
            if line.first == 0x20 || line.first == 0x09, !fields.isEmpty {
                fields[fields.count - 1].append(line)
            } else {
                fields.append([line])
            }
        }
        let kept = fields.filter { field in
            let text = String(decoding: field.joined(), as: UTF8.self)
            return !text.hasPrefix("DKIM-Signature:") || !text.contains("s=\(selector);")
        }
        return Array((kept.flatMap { $0 } + lines[end...]).joined(separator: [0x0A]))
    }

    @Test func postfixDeliversEveryFeature() async throws {
        try await ForeignServers.withPostfix { port, authority, mails in
            var configuration = SMTPConfiguration.loopback(port: port, .startTLS)
            configuration.trust = .certificates(pem: authority)
            try await Self.prove(configuration, "Postfix") { mails("ada") }
        }
    }

    @Test func eximDeliversEveryFeatureThroughSTARTTLSAndALogin() async throws {
        try await ForeignServers.withExim { port, authority, mails in
            var configuration = SMTPConfiguration.loopback(port: port, .startTLS)
            configuration.trust = .certificates(pem: authority)
            configuration.credentials = .password(userName: "ada", Secret("hunter2"))
            try await Self.prove(configuration, "Exim", delivered: mails)
        }
    }

    @Test func openSMTPDDeliversEveryFeatureWithoutPipelining() async throws {
        try await ForeignServers.withOpenSMTPD { port, mails in
            try await Self.prove(.loopback(port: port), "OpenSMTPD") { mails("ada") }
        }
    }

    @Test func eximsRefusalsAreOutcomes() async throws {
        try await ForeignServers.withExim { port, authority, mails in
            var configuration = SMTPConfiguration.loopback(port: port, .startTLS)
            configuration.trust = .certificates(pem: authority)
            configuration.maximumConnections = 1
            configuration.deliveryNotifications = SMTPDeliveryNotifications([.failure], returned: .header)
            for isAcross in [false, true] {
                configuration.pipelinesAcrossMessages = isAcross
                let transport = try SMTPTransport(configuration)
                let sent =
                    try [["ada@example.org", "ghost@example.org"], ["ghost@example.org"], ["else@where.test"]]
                    .map { try outgoingMail(to: $0) } + [outgoingMail(to: ["grün@example.org"])]
                let receipts = try await transport.send(sent, deadline: nil).map {
                    try $0.get().recipients.map(\.outcome)
                }
                #expect(receipts[0][0].isAccepted && receipts[0][1].isRejected && receipts[1][0].isRejected)
                #expect(receipts[0][1].reply?.enhancedCode?.description == "5.1.1")
                #expect(receipts[2][0].isRejected && receipts[3][0].isAccepted)
                let report = try await transport.check()
                #expect(report.isSecure && report.hasPipelining && report.hasSMTPUTF8)
                await transport.shutdown()
            }
            configuration.credentials = .password(userName: "ada", Secret("wrong"))
            let wrong = try SMTPTransport(configuration)
            #expect(await mailErrorCode { _ = try await wrong.check() } == .authenticationFailed)
        }
    }

    @Test func openSMTPDsRefusalsAreOutcomes() async throws {
        try await ForeignServers.withOpenSMTPD { port, mails in
            let transport = try SMTPTransport(.loopback(port: port))
            let partly = try await outcomes(transport, outgoingMail(to: ["bob@example.org", "ghost@example.org"]))
            #expect(partly[0].isAccepted && partly[1].isRejected, "\(partly)")
            // It offers no SMTPUTF8: nothing is sent.
            let beyond = try outgoingMail(to: ["grün@example.org"])
            #expect(await mailErrorCode { _ = try await outcomes(transport, beyond) } == .unsupported)
            let report = try await transport.check()
            #expect(!report.isSecure && !report.hasPipelining && report.maximumSize != nil)
            await transport.shutdown()
        }
    }
}
