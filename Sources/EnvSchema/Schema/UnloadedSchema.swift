import Glibc

/// The end of a program that reads a variable of a schema that was never loaded.
enum UnloadedSchema {
    /// There is no value to return: an example in its place would let a service run with a well-known secret. It is a
    /// mistake of the program that shows at the first read, whatever the environment is.
    static func stop(_ name: String) -> Never {
        let text = "EnvSchema: \(name) was read from a schema made by init(); load it with load(from:), or example().\n"
        let bytes = Array(text.utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
        abort()
    }
}
