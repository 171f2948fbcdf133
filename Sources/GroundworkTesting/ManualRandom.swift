public import GroundworkCore

/// Randomness that a test chooses: the given words again and again, or a seeded sequence.
public final class ManualRandom: RandomSource {
    private enum Mode {
        case words([UInt64], next: Int)
        case seeded(UInt64)
    }

    private let mode: Locked<Mode>

    /// Gives `words` in order, and then from the first again. Without words it gives 0.
    public init(words: [UInt64] = [0]) {
        mode = Locked(.words(words, next: 0))
    }

    /// Gives a sequence that depends on the seed only (SplitMix64).
    public init(seed: UInt64) {
        mode = Locked(.seeded(seed))
    }

    /// The next word.
    public func next() -> UInt64 {
        mode.withLock { mode in
            switch mode {
            case .words(let words, let next):
                guard !words.isEmpty else { return 0 }
                mode = .words(words, next: (next + 1) % words.count)
                return words[next]
            case .seeded(let seed):
                let state = seed &+ 0x9E37_79B9_7F4A_7C15
                mode = .seeded(state)
                var word = state
                word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
                word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
                return word ^ (word >> 31)
            }
        }
    }
}
