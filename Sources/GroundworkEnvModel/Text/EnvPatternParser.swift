import GroundworkBase

/// The meaning of a pattern.
indirect enum EnvPatternTree {
    case empty
    case take(ScalarClass)
    case start
    case end
    case sequence([EnvPatternTree])
    case choice([EnvPatternTree])
    case repeated(EnvPatternTree, Int, Int?)
}

/// Reads the text of a pattern.
struct EnvPatternParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars.prefix(2001)) }

    mutating func parse() throws(TextParsingError) -> EnvPatternTree {
        guard scalars.count <= 2000 else { throw TextParsingError("it is longer than 2000 characters") }
        let tree = try choice()
        guard position == scalars.count else { throw error("a group ends that never began") }
        return tree
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func error(_ reason: String) -> TextParsingError { TextParsingError(reason, offset: position) }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func take() throws(TextParsingError) -> Unicode.Scalar {
        guard let scalar = next else { throw error("it ends too early") }
        position += 1
        return scalar
    }

    private mutating func choice() throws(TextParsingError) -> EnvPatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 50 else { throw error("its groups are nested deeper than 50") }
        var branches = [try sequence()]
        while skip("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(TextParsingError) -> EnvPatternTree {
        var parts: [EnvPatternTree] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let part = try atom()
            parts.append(try quantified(part))
        }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func atom() throws(TextParsingError) -> EnvPatternTree {
        let scalar = try take()
        switch scalar {
        case "(":
            if skip("?"), !skip(":") { throw error("only groups of the form ( ) and (?: ) are understood") }
            let inner = try choice()
            guard skip(")") else { throw error("a group has no end") }
            return inner
        case "[": return .take(try bracket())
        case ".": return .take(.any)
        case "^": return .start
        case "$": return .end
        case "\\": return .take(ScalarClass(ranges: try escape()))
        case "*", "+", "?", "{": throw error("there is nothing to repeat")
        default: return .take(.one(scalar))
        }
    }

    private mutating func quantified(_ tree: EnvPatternTree) throws(TextParsingError) -> EnvPatternTree {
        let bounds: (Int, Int?)
        switch next {
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "?": bounds = (0, 1)
        case "{":
            position += 1
            bounds = try braces()
            position -= 1
        default: return tree
        }
        position += 1
        // A reluctant quantifier changes what is captured, not what matches as a whole.
        _ = skip("?")
        if next == "*" || next == "+" || next == "{" { throw error("a repetition is repeated") }
        return .repeated(tree, bounds.0, bounds.1)
    }

    /// Leaves the position after the closing brace.
    private mutating func braces() throws(TextParsingError) -> (Int, Int?) {
        guard let least = number() else { throw error("a number is missing in { }") }
        var greatest: Int? = least
        if skip(",") { greatest = number() }
        guard skip("}") else { throw error("{ } is malformed") }
        if let greatest, greatest < least { throw error("the numbers in { } are in the wrong order") }
        return (least, greatest)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar), (value ?? 0) < 100_000 {
            value = (value ?? 0) * 10 + Int(scalar.value - 48)
            position += 1
        }
        return value
    }

    private mutating func bracket() throws(TextParsingError) -> ScalarClass {
        var result = ScalarClass(ranges: [])
        result.isNegated = skip("^")
        while !skip("]") {
            let first = try member()
            guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                result.ranges += first
                continue
            }
            position += 1
            let last = try member()
            guard first.count == 1, last.count == 1, first[0].count == 1, last[0].count == 1,
                first[0].lowerBound <= last[0].lowerBound
            else { throw error("a range in [ ] is malformed") }
            result.ranges.append(first[0].lowerBound...last[0].lowerBound)
        }
        return result
    }

    private mutating func member() throws(TextParsingError) -> [ClosedRange<UInt32>] {
        let scalar = try take()
        return scalar == "\\" ? try escape() : [scalar.value...scalar.value]
    }

    private mutating func escape() throws(TextParsingError) -> [ClosedRange<UInt32>] {
        let scalar = try take()
        switch scalar {
        case "d": return ScalarClass.digits
        case "D": return ScalarClass.opposite(ScalarClass.digits)
        case "w": return ScalarClass.words
        case "W": return ScalarClass.opposite(ScalarClass.words)
        case "s": return ScalarClass.blanks
        case "S": return ScalarClass.opposite(ScalarClass.blanks)
        case "n": return [10...10]
        case "r": return [13...13]
        case "t": return [9...9]
        case "x": return try code(2)
        case "u": return try code(4)
        default:
            let isSign = scalar.isASCII && !ScalarClass.words.contains { $0.contains(scalar.value) }
            guard isSign else { throw error("the escape \\\(scalar) is not understood") }
            return [scalar.value...scalar.value]
        }
    }

    private mutating func code(_ width: Int) throws(TextParsingError) -> [ClosedRange<UInt32>] {
        var value: UInt32 = 0
        for _ in 0..<width {
            let scalar = try take()
            guard scalar.isASCII, let nibble = Hex.nibble(UInt8(truncatingIfNeeded: scalar.value)) else {
                throw error("an escape needs \(width) hexadecimal digits")
            }
            value = value << 4 | UInt32(nibble)
        }
        return [value...value]
    }
}

/// Turns the meaning of a pattern into steps.
struct EnvPatternCompiler {
    private(set) var steps: [EnvPattern.Step] = []

    mutating func append(_ step: EnvPattern.Step) throws(TextParsingError) {
        guard steps.count < EnvPattern.maximumSteps else { throw TextParsingError("it is too large") }
        steps.append(step)
    }

    mutating func emit(_ tree: EnvPatternTree) throws(TextParsingError) {
        switch tree {
        case .empty: break
        case .take(let accepted): try append(.take(accepted))
        case .start: try append(.start)
        case .end: try append(.end)
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let branches): try emit(branches[...])
        case .repeated(let inner, let least, let greatest): try emit(inner, least, greatest)
        }
    }

    private mutating func emit(_ branches: ArraySlice<EnvPatternTree>) throws(TextParsingError) {
        guard let first = branches.first else { return }
        guard branches.count > 1 else { return try emit(first) }
        let split = steps.count
        try append(.jump(0))
        try emit(first)
        let jump = steps.count
        try append(.jump(0))
        steps[split] = .split(split + 1, steps.count)
        try emit(branches.dropFirst())
        steps[jump] = .jump(steps.count)
    }

    private mutating func emit(_ inner: EnvPatternTree, _ least: Int, _ greatest: Int?) throws(TextParsingError) {
        // A part that emits no step would else be repeated without ever reaching the limit of steps.
        guard least <= EnvPattern.maximumSteps, greatest ?? 0 <= EnvPattern.maximumSteps else {
            throw TextParsingError("a repetition is too large")
        }
        for _ in 0..<least { try emit(inner) }
        guard let greatest else {
            let split = steps.count
            try append(.jump(0))
            try emit(inner)
            try append(.jump(split))
            steps[split] = .split(split + 1, steps.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<greatest {
            splits.append(steps.count)
            try append(.jump(0))
            try emit(inner)
        }
        for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
}
