import GroundworkCore

/// Sends the callback on to an app on Android, as its Sign in with Apple plug-ins expect: answer Apple's POST with 307
/// and ``url(forFormBody:package:)`` as its `Location`.
public struct AppleAndroidRedirect: Sendable {
    /// The packages that may be sent to.
    public let packages: Set<String>

    /// - Parameter packages: application ids, such as `com.example.app`.
    /// - Throws: ``AppleSignInError`` when one of them is no application id.
    public init(packages: Set<String>) throws(AppleSignInError) {
        for package in packages where !Self.isApplicationID(package) {
            throw AppleSignInError(.invalidConfiguration, "'\(package.prefix(80))' is no Android application id.")
        }
        self.packages = packages
    }

    /// The `intent:` URL that opens the app with the callback's fields.
    ///
    /// The fields are read and written anew, so that nothing in them can end the URL early and name another package.
    /// - Throws: ``AppleSignInError`` for a package that is not listed and a body that is no callback.
    public func url(forFormBody body: [UInt8], package: String) throws(AppleSignInError) -> String {
        // Byte by byte: `==` holds for other spellings, too.
        guard packages.contains(where: { $0.isExactly(package) }) else {
            throw AppleSignInError(
                .invalidConfiguration,
                "The app that the callback is for is not among those allowed; list its package."
            )
        }
        _ = try AppleCallback(formBody: body)
        let query = try AppleCallback.knownFields(of: body).map { "\($0.0)=\(FormCoding.percentEncode($0.1))" }
        return "intent://callback?\(query.joined(separator: "&"))#Intent;package=\(package);scheme=signinwithapple;end"
    }

    /// Two or more segments of letters, digits and underscores, each beginning with a letter.
    private static func isApplicationID(_ text: String) -> Bool {
        guard text.utf8.count <= 255 else { return false }
        let segments = text.split(separator: ".", omittingEmptySubsequences: false)
        return segments.count >= 2
            && segments.allSatisfy { segment in
                guard let first = segment.utf8.first, (0x41...0x5A).contains(first) || (0x61...0x7A).contains(first)
                else { return false }
                return segment.utf8.allSatisfy {
                    (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
                }
            }
    }
}
