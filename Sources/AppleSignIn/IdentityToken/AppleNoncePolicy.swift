import GroundworkCore
import GroundworkCrypto

/// What the nonce of an identity token must be. There is no default: a token without a nonce can be replayed.
public struct AppleNoncePolicy: Sendable {
    enum Base: Sendable {
        case exactly(Secret<String>)
        case none
    }

    let base: Base

    /// The token must carry this very nonce: the one that the authorization request of a web flow sent.
    public static func raw(_ nonce: String) -> AppleNoncePolicy {
        AppleNoncePolicy(base: .exactly(Secret(nonce)))
    }

    /// The token must carry the SHA-256 of this nonce in lower-case hexadecimal, as native apps send it.
    public static func sha256Hex(_ nonce: String) -> AppleNoncePolicy {
        let digest = (try? Digest.hash(.sha256, Array(nonce.utf8))).map { Hex.encode($0) }
        // Without SHA-256 there is nothing that a token could match.
        return AppleNoncePolicy(base: .exactly(Secret(digest ?? "")))
    }

    /// The nonce is not looked at. Say why; the reason stands in the code for whoever reviews it.
    public static func none(reason: StaticString) -> AppleNoncePolicy {
        AppleNoncePolicy(base: .none)
    }

    /// Whether there is a nonce to compare.
    var isChecking: Bool {
        if case .exactly = base { true } else { false }
    }

    /// Whether a token with these claims satisfies the policy.
    ///
    /// A token without the claim is accepted only when it says itself that the platform cannot carry one
    /// (`nonce_supported` is false): Apple's rule for the claim.
    func accepts(nonce: String?, isSupported: Bool?) -> Bool {
        switch base {
        case .none: true
        case .exactly(let expected):
            if let nonce {
                expected.withValue { !$0.isEmpty } && expected == Secret(nonce)
            } else {
                isSupported == false
            }
        }
    }
}
