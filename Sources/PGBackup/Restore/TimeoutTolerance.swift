/// The one error of a restore that means nothing.
///
/// pg_restore of version 17 and later sets `transaction_timeout`, whatever the server is, and one that is older does not
/// know it. A restore that ends at the first error would end there; so into such a server it goes on, and is good only if
/// that was the one error.
struct TimeoutTolerance: Sendable {
    /// Whether it goes on after errors. An existing database is restored in one transaction, which cannot.
    let isNeeded: Bool

    init(_ toolchain: ToolchainReport, isNew: Bool) {
        isNeeded = isNew && toolchain.chosen.version.major >= 17 && toolchain.server.major < 17
    }

    /// - Parameter errors: what pg_restore wrote, complete if there was so little.
    func accepts(_ exit: ToolExit, _ errors: String) -> Bool {
        guard isNeeded, case .exited(1) = exit else { return false }
        return errors.firstRange(of: "unrecognized configuration parameter \"transaction_timeout\"") != nil
            && errors.hasSuffix("errors ignored on restore: 1")
            && errors.split(separator: "\n").count { $0.hasPrefix("pg_restore: error:") } == 1
    }
}
