import Glibc

/// A real file system that is soon full, for one test.
package enum SmallDisk {
    /// Runs `body` with the path of an empty file system in memory (tmpfs).
    ///
    /// Nothing is mounted for anybody else: a child process has a mount namespace of its own, and the path leads into
    /// it through `/proc`. In a user namespace the child may mount without being root; where the system forbids user
    /// namespaces, it may if this process has the capability `CAP_SYS_ADMIN`. All is gone when the child ends.
    /// - Parameters:
    ///   - options: what `mount -o` understands: `size=2m,nr_inodes=200`.
    ///   - directory: an empty directory to mount on.
    ///   - user: who must get in too, if this process is root: a server's user cannot follow a path into a process of root.
    /// - Throws: ``TestProcessError`` when neither way is open.
    package static func run<Result>(
        _ options: String,
        on directory: String,
        sharedWith user: String? = nil,
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        if let user, geteuid() == 0 {
            let child = try await mount(options, directory, namespaces: ["--mount"], user: user)
            return try await use(child, directory, body)
        }
        let child = try await mountUnprivileged(options, directory)
        return try await use(child, directory, body)
    }

    /// In a user namespace, or without one where those are forbidden.
    private static func mountUnprivileged(_ options: String, _ directory: String) async throws -> ChildProcess {
        do {
            return try await mount(options, directory, namespaces: ["--user", "--map-root-user", "--mount"])
        } catch let first as TestProcessError {
            do {
                return try await mount(options, directory, namespaces: ["--mount"])
            } catch let second as TestProcessError {
                throw TestProcessError(
                    """
                    A small file system cannot be mounted. Allow unprivileged user namespaces \
                    (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone), or give the tests \
                    CAP_SYS_ADMIN. In a user namespace: \(first). Without: \(second)
                    """
                )
            }
        }
    }

    private static func use<Result>(
        _ child: ChildProcess,
        _ directory: String,
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body("/proc/\(child.processID)/root\(directory)")
            await child.stop()
            return result
        } catch {
            await child.stop()
            throw error
        }
    }

    private static func mount(
        _ options: String,
        _ directory: String,
        namespaces: [String],
        user: String? = nil
    ) async throws -> ChildProcess {
        // It ends by itself in the end, should nobody be left to stop it.
        let leave = user.map { "setpriv --reuid=\($0) --regid=\($0) --init-groups " } ?? ""
        let script = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && echo mounted && exec \(leave)sleep 600"
        let child = try await ChildProcess.start(
            .init("unshare", namespaces + ["--", "sh", "-c", script, "sh", options, directory])
        )
        do {
            try await child.waitUntilReady { child.log.contains("mounted") }
        } catch {
            await child.stop()
            throw error
        }
        return child
    }
}
