package import GroundworkBase

/// A regular expression that is matched in time proportional to the text: no input and no pattern can make it hang.
///
/// It understands what JSON Schema recommends for patterns that every engine reads alike (draft 2020-12, section 6.4):
/// literals, `.`, classes, `\d \w \s` and their opposites (of ASCII), groups, `|`, `* + ? {n} {n,} {n,m}`, `^` and
/// `$`. Back references and look-around are refused. All states are followed at once (R. Thompson's construction),
/// so there is no backtracking.
package struct EnvPattern: Sendable {
    /// One step of the machine.
    enum Step: Sendable, Hashable {
        case take(ScalarClass)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case accept
    }

    /// No pattern compiles to more steps.
    static let maximumSteps = 2000
    /// No match may cost more than this many steps.
    static let maximumWork = 20_000_000

    let steps: [Step]

    /// Compiles a pattern.
    /// - Throws: `TextParsingError` for what is malformed, not understood or too large.
    package init(_ pattern: String) throws(TextParsingError) {
        var parser = EnvPatternParser(pattern)
        let tree = try parser.parse()
        var compiler = EnvPatternCompiler()
        try compiler.emit(tree)
        try compiler.append(.accept)
        steps = compiler.steps
    }

    /// A compiled pattern; compiled once for the whole process.
    package static func compiled(_ pattern: String) throws(TextParsingError) -> EnvPattern {
        if let known = cache.withLock({ $0[pattern] }) { return known }
        let fresh = try EnvPattern(pattern)
        cache.withLock { cache in
            if cache.count >= 512 { cache.removeAll() }
            cache[pattern] = fresh
        }
        return fresh
    }

    private static let cache = Locked<[String: EnvPattern]>([:])

    /// Whether the whole text matches.
    /// - Throws: `TextParsingError` when the text is too long for the pattern.
    package func matches(_ text: String) throws(TextParsingError) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count * steps.count <= Self.maximumWork else {
            throw TextParsingError("it is too long for its pattern")
        }
        var current = StateSet(steps.count)
        var next = StateSet(steps.count)
        add(0, to: &current, position: 0, count: scalars.count)
        for (position, scalar) in scalars.enumerated() {
            if current.members.isEmpty { return false }
            next.removeAll()
            for state in current.members {
                if case .take(let accepted) = steps[state], accepted.contains(scalar) {
                    add(state + 1, to: &next, position: position + 1, count: scalars.count)
                }
            }
            swap(&current, &next)
        }
        return current.members.contains { steps[$0] == .accept }
    }

    /// Adds a state and all that are reached from it without taking a scalar.
    private func add(_ first: Int, to set: inout StateSet, position: Int, count: Int) {
        var open = [first]
        while let state = open.popLast() {
            guard set.insert(state) else { continue }
            switch steps[state] {
            case .split(let one, let other): open += [other, one]
            case .jump(let target): open.append(target)
            case .start: if position == 0 { open.append(state + 1) }
            case .end: if position == count { open.append(state + 1) }
            case .take, .accept: break
            }
        }
    }
}

/// The states that a machine is in, each once.
private struct StateSet {
    private(set) var members: [Int] = []
    private var round: [Int]
    private var current = 1

    init(_ count: Int) { round = Array(repeating: 0, count: count) }

    mutating func insert(_ state: Int) -> Bool {
        guard round[state] != current else { return false }
        round[state] = current
        members.append(state)
        return true
    }

    mutating func removeAll() {
        members.removeAll(keepingCapacity: true)
        current += 1
    }
}

/// The scalars that one step takes.
struct ScalarClass: Sendable, Hashable {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    static func one(_ scalar: Unicode.Scalar) -> ScalarClass { ScalarClass(ranges: [scalar.value...scalar.value]) }
    /// Everything but line ends.
    static let any = ScalarClass(ranges: [10...10, 13...13, 0x2028...0x2029], isNegated: true)
    static let digits: [ClosedRange<UInt32>] = [48...57]
    static let words: [ClosedRange<UInt32>] = [48...57, 65...90, 95...95, 97...122]
    static let blanks: [ClosedRange<UInt32>] = [9...13, 32...32]

    /// Everything that the ranges leave out.
    static func opposite(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }
}
