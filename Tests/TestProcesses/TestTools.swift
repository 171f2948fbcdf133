/// Where the programs of the tests are.
package enum TestTools {
    /// The folder of the package.
    package static let packageRoot: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    /// The Python environment that `Tests/Support/venv.sh` makes; `GROUNDWORK_TEST_VENV` names another.
    package static var pythonEnvironment: String {
        ChildProcess.environmentValue("GROUNDWORK_TEST_VENV") ?? "\(packageRoot)/.build/venv"
    }

    /// A program of the Python environment, such as `weed`.
    package static func program(_ name: String) -> String { "\(pythonEnvironment)/bin/\(name)" }

    /// The folder of the programs of `Examples`, which `Tests/Support/examples.sh` builds; `GROUNDWORK_TEST_EXAMPLES`
    /// names another.
    package static var examples: String {
        ChildProcess.environmentValue("GROUNDWORK_TEST_EXAMPLES") ?? "\(packageRoot)/.build/examples/debug"
    }

    /// A file of `Tests/Support`.
    package static func support(_ name: String) -> String { "\(packageRoot)/Tests/Support/\(name)" }
}
