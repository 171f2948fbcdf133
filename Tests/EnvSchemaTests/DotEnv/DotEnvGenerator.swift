/// Makes `.env` files out of pieces, the same ones for the same seed.
struct DotEnvGenerator {
    private var state: UInt64
    let pieces: [String]

    init(seed: UInt64, pieces: [String]) {
        state = seed
        self.pieces = pieces
    }

    /// What every dialect gives a meaning to, and what comes near to it.
    static let hostilePieces = [
        "A", "B", "export ", "export", "=", "=", "=", ": ", ":", " ", "  ", "\t", "\n", "\n", "\r\n", "\r", "#", " #",
        "'",
        "\"", "'", "\"", "`", "\\", "\\n", "\\t", "\\\\", "\\'", "\\\"", "\\$", "$", "$$", "${A}", "${B:-x}", "${", "}",
        "${B-x}", "$A", "x", "y z", "-", ".", "1", "ä", "€", "\u{00A0}", "(", ";", "A=1\n", "B='x'\n", "A=\"b\"\n",
    ]

    /// What no program can be made of: upper-case letters, digits, quotes and white space.
    static let safePieces = [
        "QA=", "QB=", "QC=", "\nQA=", "\nQB=", "\nexport QC=", "\n", "\n", " ", "\t", " # ", "#", "'", "\"", "'", "\"",
        "\\",
        "\\\\", "\\\"", "\\'", "X", "Y1", "-", ":", ",", "+", "%", "@", "ä", "€", "\r", "''", "\"\"",
    ]

    // SplitMix64 (Steele, Lea and Flood 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func text(maximumPieces: UInt64 = 24) -> String {
        (0...(next() % maximumPieces)).map { _ in pieces[Int(next() % UInt64(pieces.count))] }.joined()
    }
}
