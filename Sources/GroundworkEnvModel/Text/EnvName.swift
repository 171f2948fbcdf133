/// What a name may look like.
package enum EnvName {
    /// What is wrong with a declared name; nil when nothing is.
    package static func fault(in name: String) -> String? {
        let bytes = Array(name.utf8)
        guard let first = bytes.first else { return "is an empty name" }
        if bytes.count > 255 { return "is longer than 255 bytes" }
        if bytes.contains(0x3D) { return "holds `=`, which ends the name in an environment" }
        if bytes.contains(0) { return "holds a NUL byte" }
        if bytes.contains(where: { !isNameByte($0) }) {
            return "holds a character other than letters, digits, `_`, `.` and `-`"
        }
        if !(isLetter(first) || first == 0x5F) { return "does not begin with a letter or `_`" }
        return nil
    }

    /// A name that may be shown: control characters and long tails are left out.
    package static func printable(_ name: String) -> String {
        let safe = name.utf8.prefix(64).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }
        let text = String(decoding: safe, as: UTF8.self)
        return name.isEmpty ? "(empty)" : name.utf8.count > 64 ? "\(text)…" : text
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x5F || byte == 0x2E || byte == 0x2D
    }
}
