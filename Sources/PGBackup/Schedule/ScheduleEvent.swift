public import FoundationEssentials
import GroundworkCore

/// What a schedule has to report.
public enum ScheduleEvent: Sendable, Hashable {
    /// Runs that were due and did not take place.
    case missed(MissedRuns)
    /// The wall clock was moved by so many seconds, or the machine was asleep; positive is forward.
    case clockJumped(seconds: Int)
    /// A run begins this many seconds after its time, the intended wait apart.
    case late(due: Date, seconds: Int)
}

/// Runs that were due and did not take place.
public struct MissedRuns: Sendable, Hashable {
    /// Why. The set is open: a `switch` needs a `default`.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// No process was there.
        public static let processNotRunning = Reason("processNotRunning")
        /// The clock jumped over it.
        public static let clockJumped = Reason("clockJumped")
        /// The run before was still busy.
        public static let previousRunBusy = Reason("previousRunBusy")

        /// The reason's name.
        public var description: String { name }
    }

    /// The first that was missed.
    public var first: Date
    /// The last that was missed.
    public var last: Date
    /// How many; held to ``countLimit``.
    public var count: Int
    /// Why.
    public var reason: Reason

    /// Counting ends here.
    public static let countLimit = 1000
}

extension ScheduleEvent: CustomStringConvertible {
    /// A full sentence.
    public var description: String {
        func text(_ date: Date) -> String { UTCDateTime(date).rfc3339 }
        switch self {
        case .missed(let runs):
            let number = runs.count >= MissedRuns.countLimit ? "At least \(runs.count)" : "\(runs.count)"
            let many =
                runs.count == 1
                ? "The run that was due at \(text(runs.first))"
                : "\(number) runs that were due from \(text(runs.first)) to \(text(runs.last))"
            let why =
                switch runs.reason {
                case .processNotRunning: "no process was running"
                case .clockJumped: "the clock jumped"
                case .previousRunBusy: "the run before was still busy"
                default: "\(runs.reason)"
                }
            return "\(many) did not take place: \(why)."
        case .clockJumped(let seconds):
            let direction = seconds > 0 ? "forward" : "back"
            return "The clock was moved \(direction) by \(abs(seconds)) seconds, or the machine was asleep."
        case .late(let due, let seconds):
            return "The run that was due at \(text(due)) begins \(seconds) seconds late."
        }
    }
}
