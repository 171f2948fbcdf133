/// Looks for pieces of a secret in everything that a program might print.
///
/// The secret is made of an alphabet of its own. A piece of four signs of it is a leak.
struct LeakWatch {
    /// Letters that occur nowhere in the library's own texts.
    static let foreign = "ΔΘΛΞΠΣΦΨΩЖЙЩЪЫЭ\u{E000}\u{E001}\u{E002}"
    /// ASCII letters of which no four in a row occur in the library's own texts; ``strangers`` proves it.
    static let ascii = "qxzjkvwQXZJKVW"

    let secret: String
    private let pieces: Set<String>
    private(set) var leaks: Set<String> = []
    /// Runs of four ASCII letters of the alphabet that are no piece of the secret.
    private(set) var strangers: Set<String> = []
    private(set) var looks = 0

    init(_ secret: String) {
        self.secret = secret
        pieces = Set(Self.pieces(Array(secret.unicodeScalars)))
    }

    private static func pieces(_ scalars: [Unicode.Scalar]) -> [String] {
        guard scalars.count >= 4 else { return [] }
        return (0...scalars.count - 4).map { start in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[start..<start + 4])
            return String(view)
        }
    }

    /// Looks at one text.
    mutating func look(_ text: String, _ what: @autoclosure () -> String) {
        looks += 1
        var run: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            let isForeign = !scalar.isASCII && Self.foreign.unicodeScalars.contains(scalar)
            guard isForeign || Self.ascii.unicodeScalars.contains(scalar) else {
                judge(&run, what())
                continue
            }
            run.append(scalar)
        }
        judge(&run, what())
    }

    private mutating func judge(_ run: inout [Unicode.Scalar], _ what: String) {
        for piece in Self.pieces(run) {
            if pieces.contains(piece) { leaks.insert(what) } else { strangers.insert("\(what): \(piece)") }
        }
        run.removeAll(keepingCapacity: true)
    }

    /// Looks at all faces of a value: description, debugDescription, dump, and the descriptions of all its parts.
    mutating func look(at value: Any, _ what: @autoclosure () -> String) {
        look("\(value)", what() + " (description)")
        look(String(reflecting: value), what() + " (debugDescription)")
        var dumped = ""
        dump(value, to: &dumped)
        look(dumped, what() + " (dump)")
    }
}
