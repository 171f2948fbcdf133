import FoundationEssentials
import Glibc
import GroundworkTestProcesses
import GroundworkTesting
import Testing

/// `Tests/Support/install.sh`, which `make demo` and `make test` begin with: run with doubles of apt-get, dpkg-query and
/// sudo, in a mount namespace of its own where the folders of the system that it writes to are empty.
@Suite struct InstallScriptTests {
    /// A run of the script.
    private struct Run {
        /// What the machine has before.
        var installed: [String] = []
        var wanted: [String] = ["libssl-dev", "postgresql"]
        var isRoot = true
        var aptFails = false
        /// Somebody else's answer to whether services may start.
        var policy: String?
    }

    private struct Result {
        var outcome: ChildProcess.Outcome
        /// The calls of apt-get, and what stood in the system meanwhile.
        var calls: [String]
        var sudoCalls: [String]
        /// What is in the folders of the system afterwards.
        var policy: String?
        var clusterSetting: String?
    }

    private static let doubles = [
        "dpkg-query": #"for name; do :; done; [ -e "$STATE/installed/$name" ] && printf 'ii '"#,
        "sudo": #"echo "$*" >>"$STATE/sudo"; exec "$@""#,
        "apt-get": #"""
        {
            echo "$*"
            echo "frontend $DEBIAN_FRONTEND"
            /usr/sbin/policy-rc.d; echo "policy $?"
            echo "cluster $(cat /etc/postgresql-common/createcluster.d/*.conf 2>/dev/null)"
        } >>"$STATE/calls"
        if [ -e "$STATE/fails" ]; then echo "E: Unable to fetch" >&2; exit 100; fi
        if [ "$1" = install ]; then for name; do touch "$STATE/installed/$name"; done; fi
        """#,
    ]

    /// Mounts, runs the script as whoever is wanted, and keeps what it left.
    private static let frame = #"""
        for folder in /usr/sbin /etc/postgresql-common; do
            mount -t tmpfs -o mode=1777 tmpfs "$folder" || exit 99
        done
        if [ -e "$STATE/policy" ]; then cp -p "$STATE/policy" /usr/sbin/policy-rc.d; fi
        "$@"
        code=$?
        cat /usr/sbin/policy-rc.d >"$STATE/policy-after" 2>/dev/null || rm "$STATE/policy-after"
        cat /etc/postgresql-common/createcluster.d/* >"$STATE/cluster-after" 2>/dev/null || rm "$STATE/cluster-after"
        exit $code
        """#

    private func perform(_ run: Run) async throws -> Result {
        try await withTemporaryDirectory { (folder: String) async throws -> Result in
            func file(_ name: String, _ text: String, _ mode: mode_t = 0o755) throws {
                try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
                #expect(chmod("\(folder)/\(name)", mode) == 0)
            }
            func text(_ name: String) -> String? { try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }
            func lines(_ name: String) -> [String] { text(name)?.split(separator: "\n").map(String.init) ?? [] }

            for name in ["bin", "installed"] { #expect(mkdir("\(folder)/\(name)", 0o777) == 0) }
            // Whoever the script runs as writes down what it does.
            for name in [".", "installed"] { #expect(chmod("\(folder)/\(name)", 0o777) == 0) }
            for (name, body) in Self.doubles { try file("bin/\(name)", "#!/bin/sh\n\(body)\n") }
            for name in run.installed { try file("installed/\(name)", "") }
            if run.aptFails { try file("fails", "") }
            if let policy = run.policy { try file("policy", policy) }
            try file("install.sh", try String(contentsOfFile: TestTools.support("install.sh"), encoding: .utf8))

            let isReallyRoot = geteuid() == 0
            let namespaces =
                isReallyRoot
                ? ["--mount"]
                : run.isRoot
                    ? ["--user", "--map-root-user", "--mount"]
                    : ["--user", "--map-current-user", "--keep-caps", "--mount"]
            let person =
                isReallyRoot && !run.isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
            var configuration = ChildProcess.Configuration(
                "unshare",
                namespaces + ["--", "sh", "-c", Self.frame, "sh"] + person + ["bash", "\(folder)/install.sh"]
                    + run.wanted
            )
            configuration.environment["STATE"] = folder
            configuration.environment["TMPDIR"] = folder
            configuration.environment["PATH"] = "\(folder)/bin:/usr/bin:/bin"
            return Result(
                outcome: try await ChildProcess.run(configuration),
                calls: lines("calls"),
                sudoCalls: lines("sudo"),
                policy: text("policy-after"),
                clusterSetting: text("cluster-after")
            )
        }
    }

    @Test func whatIsMissingIsInstalledAndNeitherServiceNorClusterStarts() async throws {
        let result = try await perform(Run())
        #expect(result.outcome.exit == .status(0), "\(result.outcome.errorText)")
        #expect(result.outcome.outputText == "Installing: libssl-dev postgresql\n")
        #expect(result.outcome.errorText == "")
        #expect(
            result.calls == [
                "install -y -q --no-install-recommends libssl-dev postgresql", "frontend noninteractive", "policy 101",
                "cluster create_main_cluster = false",
            ]
        )
        #expect(result.sudoCalls == [])
        #expect(result.policy == nil)
        // PostgreSQL came with us, and with it the setting that no cluster is made.
        #expect(result.clusterSetting == "create_main_cluster = false\n")
    }

    @Test func onlyWhatIsMissingIsNamed() async throws {
        let result = try await perform(Run(installed: ["libssl-dev", "postgresql-common"]))
        #expect(result.outcome.outputText == "Installing: postgresql\n")
        #expect(result.calls.contains("cluster create_main_cluster = false"))
        // A machine that had PostgreSQL's packages goes on as it was.
        #expect(result.clusterSetting == nil)
    }

    @Test func whereNothingIsMissingNothingHappens() async throws {
        let result = try await perform(Run(installed: ["libssl-dev", "postgresql"], isRoot: false))
        #expect(result.outcome.exit == .status(0))
        #expect(result.outcome.outputText == "" && result.outcome.errorText == "")
        #expect(result.calls == [] && result.sudoCalls == [])
    }

    @Test func othersThanRootUseSudoForWhatNeedsIt() async throws {
        let result = try await perform(Run(isRoot: false))
        #expect(result.outcome.exit == .status(0), "\(result.outcome.errorText)")
        #expect(result.outcome.outputText == "Installing: libssl-dev postgresql\n")
        #expect(result.sudoCalls.contains { $0.contains("apt-get install -y") })
        // Each of them changes the system.
        let programs = Set(result.sudoCalls.compactMap { $0.split(separator: " ").first.map(String.init) })
        #expect(programs.isSubset(of: ["env", "tee", "chmod", "mkdir", "rm", "cp", "apt-get"]))
        #expect(result.policy == nil)
    }

    @Test func theAnswerOfOthersAboutServicesComesBack() async throws {
        let policy = "#!/bin/sh\nexit 0\n"
        let result = try await perform(Run(policy: policy))
        #expect(result.calls.contains("policy 101"))
        #expect(result.policy == policy)
        // What a killed run of ours left is none of theirs.
        #expect(try await perform(Run(policy: "#!/bin/sh\n# groundwork\nexit 101\n")).policy == nil)
    }

    @Test func aFailureIsOneSentenceAndLeavesTheSystemAsItWas() async throws {
        let result = try await perform(Run(installed: ["postgresql-common"], aptFails: true))
        #expect(result.outcome.exit == .status(1))
        // Once as it is, and once more with fresh lists.
        #expect(result.calls.filter { $0.hasPrefix("install ") }.count == 2)
        #expect(result.calls.contains("update -q"))
        let said = result.outcome.errorText.split(separator: "\n").map(String.init)
        #expect(said.last == "The packages could not be installed; apt-get's last words are above.")
        #expect(said.contains("E: Unable to fetch"))
        #expect(result.policy == nil && result.clusterSetting == nil)
    }
}
