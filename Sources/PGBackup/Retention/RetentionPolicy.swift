/// Which backups are kept. A backup stays if **any** rule keeps it.
///
/// Rules count for each database by itself, and take the times of the manifests, not the names of objects. Backups whose
/// last verification failed are not counted by any rule but age: they take no good backup's place.
///
///     var policy = RetentionPolicy()          // 30 days
///     policy.monthly = 12                     // and the newest of each of the last 12 months that have one
public struct RetentionPolicy: Sendable, Hashable {
    /// Backups that are no older are kept; nil: age keeps none.
    public var maximumAge: Duration? = .seconds(30 * 86_400)
    /// So many of the newest are kept.
    public var newest = 0
    /// The newest of each of the last so many days that have one.
    public var daily = 0
    /// The newest of each of the last so many weeks, Monday to Sunday, that have one.
    public var weekly = 0
    /// The newest of each of the last so many months that have one.
    public var monthly = 0
    /// The newest of each of the last so many years that have one.
    public var yearly = 0
    /// At least so many are kept whatever their age; less than 1 counts as 1.
    public var minimumKept = 1
    /// How far a verification must have gone for a backup to count as the last verified one, which is always kept.
    public var verifiedLevel = VerificationLevel.decoded
    /// Where days, weeks, months and years begin.
    public var timeZone = IANATimeZone.utc

    /// Thirty days.
    public init() {}

    /// Whether there is any rule; without one everything is kept.
    var hasRule: Bool {
        maximumAge != nil || newest > 0 || daily > 0 || weekly > 0 || monthly > 0 || yearly > 0
    }
}
