/// A scan of a stream in progress. It keeps as many bytes as the longest secret has.
///
///     var scan = scanner.stream()
///     for try await chunk in body { report(scan.consume(chunk)) }
///     report(scan.finish())
public struct SecretScan: Sendable, CustomReflectable {
    /// No scan reports more.
    public static let maximumLeaks = 1000

    private let scanner: SecretScanner
    private var kept: [UInt8] = []
    private var line = 1
    private var column = 1
    private var reported = 0

    init(_ scanner: SecretScanner) { self.scanner = scanner }

    /// Whether there was more than was reported.
    public var isTruncated: Bool { reported >= Self.maximumLeaks }

    /// Looks at the next bytes and reports what begins in those that are complete.
    public mutating func consume(_ bytes: [UInt8]) -> [SecretScanner.Leak] {
        let window = kept + bytes
        let complete = max(0, window.count - scanner.longest + 1)
        let leaks = search(window, upTo: complete)
        kept = Array(window[complete...])
        return leaks
    }

    /// Reports what stands in the last bytes.
    public mutating func finish() -> [SecretScanner.Leak] {
        let window = kept
        kept = []
        return search(window, upTo: window.count)
    }

    private mutating func search(_ window: [UInt8], upTo end: Int) -> [SecretScanner.Leak] {
        var leaks: [SecretScanner.Leak] = []
        var word: UInt32 = window.prefix(3).reduce(0) { $0 << 8 | UInt32($1) }
        for position in 0..<end {
            if position + 3 < window.count {
                word = word << 8 | UInt32(window[position + 3])
                for index in scanner.table(word) where reported < Self.maximumLeaks {
                    let pattern = scanner.patterns[index]
                    guard window.count - position >= pattern.bytes.count,
                        window[position..<position + pattern.bytes.count].elementsEqual(pattern.bytes)
                    else { continue }
                    // Several forms of one secret may be found at one place: the first says enough.
                    if let last = leaks.last, last.line == line, last.column == column,
                        last.variable == pattern.variable
                    {
                        continue
                    }
                    reported += 1
                    leaks.append(
                        SecretScanner.Leak(line: line, column: column, variable: pattern.variable, form: pattern.form)
                    )
                }
            }
            if window[position] == 0x0A {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return leaks
    }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
