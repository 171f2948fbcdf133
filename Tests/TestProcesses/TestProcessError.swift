/// Why a program of a test could not be run.
package struct TestProcessError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
