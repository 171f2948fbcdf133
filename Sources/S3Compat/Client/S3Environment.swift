import FoundationEssentials

/// The process's environment.
enum S3Environment {
    static var process: [String: String] { ProcessInfo.processInfo.environment }
}
