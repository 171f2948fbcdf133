import GroundworkCore
import Logging

extension PostgresBackup {
    /// Removes what processes of this user that were killed left on this machine: the servers of drills' throw-away
    /// clusters with their directories, and password files. What is younger than a minute, or whose process lives, stays.
    ///
    /// ``runUnattended(_:progress:)`` does it first of all; a daemon does it when it starts, so that no server of a drill
    /// that was killed takes memory until the next night.
    /// - Parameter directory: where throw-away clusters are made: ``DrillOptions/clusterDirectory``.
    /// - Returns: the directories that were removed.
    @discardableResult
    public func removeLeftovers(ofDrillsIn directory: String = DrillOptions().clusterDirectory) async -> [String] {
        var removed = await ScratchCluster.removeAbandoned(in: directory, prefix: Self.drillClusterPrefix)
        // A drill keeps the list of what it restores there as well.
        for prefix in [Self.drillClusterPrefix, Connection.directoryPrefix] {
            removed += OwnedDirectory.removeAbandoned(in: configuration.temporaryDirectory, prefix: prefix)
        }
        for path in removed { logger.notice("Removed what a killed process left", metadata: ["path": "\(path)"]) }
        return removed
    }
}
