/// What became of a case of a conformance suite.
public struct ConformanceOutcome<Case: Sendable & CustomStringConvertible>: Sendable, CustomStringConvertible {
    /// The case.
    public let testCase: Case
    /// What is wrong, a line for each broken promise; nil when nothing is.
    public let failure: String?
    /// Why the case was left out; nil when it ran.
    public let exclusion: String?

    /// One line.
    public var description: String {
        if let exclusion { return "\(testCase): left out, \(exclusion)" }
        return "\(testCase): \(failure ?? "passed")"
    }
}
