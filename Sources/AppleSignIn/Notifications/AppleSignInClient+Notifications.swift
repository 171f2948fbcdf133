import FoundationEssentials
import GroundworkCore

extension AppleSignInClient {
    /// No notification is longer.
    public static let maximumNotificationBytes = 64 * 1024

    /// Verifies a notification as strictly as an identity token, and hands it to `store` once.
    ///
    /// Answer 200 when this returns; any other answer makes Apple send the notification again. When `store` throws, the
    /// notification is given back, so that the next delivery is stored.
    /// - Parameters:
    ///   - body: the body of Apple's POST, JSON with one field `payload`.
    ///   - store: makes the change of the account last. It runs once for each notification.
    /// - Returns: whether `store` ran; false when the same notification was taken before.
    /// - Throws: ``AppleSignInError``: answer 400, or 503 when it is retryable; what `store` throws; `CancellationError`.
    @discardableResult
    public func receiveNotification(
        _ body: [UInt8],
        store: (AppleNotification) async throws -> Void
    ) async throws -> Bool {
        let (notification, expiry) = try await verifiedNotification(body)
        // Apple gives up after some days; a token that has expired is refused anyhow.
        let id = "notification:\(notification.id)"
        guard try await replayStore.claim(id, until: max(expiry, time.now).addingTimeInterval(86_400)) else {
            return false
        }
        do {
            try await store(notification)
        } catch {
            try await replayStore.release(id)
            throw error
        }
        return true
    }

    private func verifiedNotification(_ body: [UInt8]) async throws -> (AppleNotification, expiry: Date) {
        guard body.count <= Self.maximumNotificationBytes else {
            throw AppleSignInError(.malformedToken, "The notification is longer than 64 KiB.")
        }
        let claims = try await verifier.claims(of: try Self.payload(body))
        guard let id = claims.tokenID, !id.isEmpty, id.utf8.count <= 256, let events = claims.events,
            let audience = claims.audiences.first
        else {
            throw AppleSignInError(
                .malformedClaims,
                "The token is no notification: it has no events or no identifier (jti)."
            )
        }
        let notification = try Self.read(events, id: id, audience: audience)
        return (notification, Date(timeIntervalSince1970: claims.expiresAt ?? 0))
    }

    private static func payload(_ body: [UInt8]) throws(AppleSignInError) -> String {
        var payload: String?
        do throws(JSONError) {
            var reader = try JSONReader(body)
            try reader.readObject { reader, key throws(JSONError) in
                guard "payload" ~= key, try reader.peek() == .string else { return try reader.skipValue() }
                payload = try reader.readString(upTo: Self.maximumNotificationBytes)
            }
            try reader.finish()
        } catch {
            throw AppleSignInError(.malformedToken, "The notification is not the JSON that Apple posts: \(error)")
        }
        guard let payload else { throw AppleSignInError(.malformedToken, "The notification has no payload.") }
        return payload
    }

    /// Apple documents a list of events and sends the text of one object.
    private static func read(
        _ events: [UInt8],
        id: String,
        audience: String
    ) throws(AppleSignInError) -> AppleNotification {
        var type: String?
        var subject: String?
        var milliseconds: Double?
        var email: String?
        var isPrivate: Bool?
        do throws(JSONError) {
            var reader = try JSONReader(events)
            try reader.readObject { reader, key throws(JSONError) in
                switch key {
                case "type" where try reader.peek() == .string: type = try reader.readString(upTo: 64)
                case "sub" where try reader.peek() == .string: subject = try reader.readString(upTo: 256)
                case "event_time" where try reader.peek() == .number: milliseconds = try reader.readNumber()
                case "email" where try reader.peek() == .string: email = try reader.readString(upTo: 512)
                case "is_private_email": isPrivate = try AppleClaims.flag(&reader)
                default: try reader.skipValue()
                }
            }
            try reader.finish()
        } catch {
            throw AppleSignInError(.malformedClaims, "The event of the notification cannot be read: \(error)")
        }
        guard let type, !type.isEmpty, let subject, !subject.isEmpty, let milliseconds,
            (0...253_402_300_799_000).contains(milliseconds)
        else {
            throw AppleSignInError(.malformedClaims, "The event of the notification has no type, subject or time.")
        }
        return AppleNotification(
            kind: type == "account-delete" ? .accountDeleted : AppleNotification.Kind(type),
            subject: subject,
            audience: audience,
            occurredAt: Date(timeIntervalSince1970: milliseconds / 1000),
            email: email.flatMap { $0.isEmpty ? nil : $0 },
            isPrivateEmail: isPrivate,
            id: id
        )
    }
}
