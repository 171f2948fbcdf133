import FoundationEssentials

/// The variables of this process.
enum ProcessEnvironment {
    static var all: [String: String] { ProcessInfo.processInfo.environment }
}
