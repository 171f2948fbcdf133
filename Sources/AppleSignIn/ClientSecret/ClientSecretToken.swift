import GroundworkCore
import GroundworkCrypto

/// Makes client secrets: JWTs signed with ES256 (Apple, "Creating a client secret").
enum ClientSecretToken {
    /// Apple's cap on `exp` minus its own clock, in seconds: six months.
    static let maximumLifetime = 15_777_000

    /// `iat` lies so many seconds back, for clocks that are fast: Apple answers those with `invalid_client`.
    static let backdating = 60

    /// When a secret made `now` expires. The cap counts from the back-dated `iat`: so a fast clock cannot lead beyond it.
    static func expiry(now: Int, lifetime: Int) -> Int {
        min(now + lifetime, now - backdating + maximumLifetime)
    }

    /// Signs a secret that expires `lifetime` seconds after `now`, or at the cap.
    static func sign(
        key: AppleSigningKey,
        teamID: String,
        clientID: String,
        audience: String,
        now: Int,
        lifetime: Int
    ) throws(AppleSignInError) -> String {
        // The configuration has checked identifiers and issuer: there is nothing to escape in them.
        let header = #"{"alg":"ES256","kid":"\#(key.keyID)"}"#
        let payload = """
            {"iss":"\(teamID)","iat":\(now - backdating),"exp":\(expiry(now: now, lifetime: lifetime)),"aud":"\(audience)","sub":"\(clientID)"}
            """
        let signed = Base64.encodeURL(Array(header.utf8)) + "." + Base64.encodeURL(Array(payload.utf8))
        do {
            return signed + "." + Base64.encodeURL(try key.privateKey.key.sign(Array(signed.utf8)))
        } catch {
            throw AppleSignInError(
                .invalidPrivateKey,
                "The client secret could not be signed: \(error)",
                underlyingError: error
            )
        }
    }
}
