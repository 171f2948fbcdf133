import FoundationEssentials
import GroundworkCore

extension PostgresBackup {
    /// Whether the server answers on each of its addresses: a name may have one of a family that leads nowhere.
    func doctorOfNetwork() async throws -> [DoctorFinding] {
        let url = configuration.database
        var findings = url.warnings.map { DoctorFinding("database", "URL", .warning, $0) }
        if findings.isEmpty { findings.append(.init("database", "URL", .ok, "\(url)")) }
        if let hint = url.poolerHint {
            findings.append(
                .init(
                    "database",
                    "pooler",
                    configuration.allowsPooler || url.refusedPoolerHint == nil ? .warning : .failed,
                    hint,
                    remedy: configuration.poolerRemedy
                )
            )
        }
        guard let programs = try? await findClientPrograms().max(by: { $0.version < $1.version }) else {
            return findings
        }
        var looks: [HostLook] = []
        for host in url.hosts.prefix(3) where !host.name.hasPrefix("/") && url.parameters["hostaddr"] == nil {
            try Task.checkCancellation()
            var look = HostLook(host: host)
            look.addresses = await HostAddresses.of(host.name, limit: .seconds(15), time: configuration.time)
            for (family, list) in [("IPv4", look.addresses?.ipv4 ?? []), ("IPv6", look.addresses?.ipv6 ?? [])] {
                for address in list.prefix(2) {
                    look.answers.append(("\(family) \(address)", await problem(reaching: host, at: address, programs)))
                }
            }
            looks.append(look)
        }
        // Of several addresses, and of several hosts, one is enough.
        let anyAnswers = looks.contains { $0.answers.contains { $0.problem == nil } }
        return findings + looks.flatMap { judge($0, anyAnswers) }
    }

    /// What was found of a host.
    private struct HostLook {
        let host: DatabaseURL.Host
        /// Nil when its name has none.
        var addresses: HostAddresses?
        var answers: [(family: String, problem: String?)] = []
    }

    private func judge(_ look: HostLook, _ anyAnswers: Bool) -> [DoctorFinding] {
        let host = look.host
        guard let addresses = look.addresses else {
            return [
                .init(
                    "database",
                    "name",
                    anyAnswers ? .warning : .failed,
                    "The name \(host.name) has no address here.",
                    remedy: "Check the host in BACKUP_DATABASE_URL; private names work only inside their platform."
                )
            ]
        }
        var findings: [DoctorFinding] = look.answers.map { answer in
            guard let problem = answer.problem else {
                return .init("database", answer.family, .ok, "\(host.name) answers.")
            }
            return .init(
                "database",
                answer.family,
                anyAnswers ? .warning : .failed,
                problem,
                remedy: anyAnswers
                    ? "Runs work, but wait for this address first: take it out of the name's addresses." : nil
            )
        }
        if addresses.ipv4.isEmpty != addresses.ipv6.isEmpty, addresses.ipv4.first != host.name,
            addresses.ipv6.first != host.name
        {
            let only = addresses.ipv4.isEmpty ? "IPv6" : "IPv4"
            findings.append(.init("database", "families", .ok, "\(host.name) has addresses of \(only) only."))
        }
        return findings
    }

    /// Why the server cannot be asked at an address; nil when it answers.
    private func problem(
        reaching host: DatabaseURL.Host,
        at address: String,
        _ programs: ClientPrograms
    ) async -> String? {
        var url = configuration.database
        url.hosts = [host]
        url.parameters["hostaddr"] = address
        do {
            let connection = try Connection(
                url,
                inherited: configuration.environment,
                temporaryDirectory: configuration.temporaryDirectory,
                connectTimeout: min(configuration.connectTimeout, .seconds(10))
            )
            defer { connection.end() }
            let psql = Psql(executable: programs.psql, connection: connection)
            _ = try await limited("question", toServer: url) { try await psql.run("SELECT 1;\n") }
            return nil
        } catch {
            return (error as? PGBackupError)?.message ?? "\(error)"
        }
    }
}
