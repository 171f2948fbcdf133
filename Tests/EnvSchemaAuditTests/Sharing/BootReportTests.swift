import EnvSchema
import EnvSchemaAudit
import Foundation
import Testing

@Suite struct BootReportTests {
    private let key: AuditKey
    private let value = "Zk3v9QmT7xR1pLw8Ye5uAo2dHc6sNb4g"
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let variables = [
        Make.variable("JWT_SECRET", secret: true, sharing: .mustMatch("auth-service")), Make.variable("PORT"),
        Make.variable("EMPTY", .optional), Make.variable("ABSENT", .optional),
    ]

    init() throws { key = try AuditKey(Array(FingerprintTests.keyText.utf8)) }

    private func report(_ service: String, value: String? = nil, deployment: String = "d1") throws -> BootReport {
        try BootReport(
            of: Make.manifest(service, variables),
            environment: [
                "JWT_SECRET": value ?? self.value, "PORT": "3001", "EMPTY": "", "PATH": "/bin",
                "RAILWAY_DEPLOYMENT_ID": deployment, "RAILWAY_ENVIRONMENT_NAME": "production",
            ],
            key: key,
            now: now
        )
    }

    private func audit(_ reports: [BootReport], change: (inout EnvAudit) -> Void = { _ in }) throws -> AuditReport {
        let services = ["auth-service", "chat-service"].map { name in
            AuditedService(
                Make.manifest(name, variables),
                values: reports.first { $0.service == name }.map { ServiceValues(bootReport: $0) }
            )
        }
        var audit = EnvAudit(services: services)
        audit.key = key
        audit.now = now
        change(&audit)
        return try audit.report()
    }

    @Test func holdsStatesAndFingerprintsOfSharedVariablesOnly() throws {
        let report = try report("auth-service")
        #expect(report.variables.map(\.state) == [.set, .set, .empty, .absent])
        #expect(report.variables.map { $0.fingerprint != nil } == [true, false, false, false])
        let line = try report.line()
        #expect(!line.contains("\n"))
        for forbidden in [value, "3001", "PATH", "/bin"] { #expect(!line.contains(forbidden)) }
    }

    @Test func isFoundInALogAndGenuine() throws {
        let line = try report("auth-service").line()
        let wrapped = String(decoding: try JSONEncoder().encode(["level": "info", "message": line]), as: UTF8.self)
        for log in ["noise\n2026-11-22T10:00:00Z [info] \(line)\nmore", "{}\n\(wrapped)\n", line] {
            let found = try BootReport.find(inLog: Array(log.utf8))
            #expect(found == [try report("auth-service")])
            #expect(try found[0].isGenuine(under: key))
        }
    }

    @Test(arguments: [
        "", "envschema-boot-report:", "envschema-boot-report: {", "envschema-boot-report: []", "x\u{1B}[2J",
    ])
    func damagedLinesArePassedOver(_ log: String) throws {
        #expect(try BootReport.find(inLog: Array(log.utf8) + [0xFF, 0x0A]).isEmpty)
    }

    @Test func sealedValuesAreComparedThroughTheReports() throws {
        let same = try audit([try report("auth-service"), try report("chat-service")])
        #expect(same.services.map { $0["JWT_SECRET"]?.sharing.agreement } == [.same, .same])
        #expect(same.exitCode() == 0)
        let other = try report("chat-service", value: "Yk3v9QmT7xR1pLw8Ye5uAo2dHc6sNb4g")
        let different = try audit([try report("auth-service"), other])
        #expect(different.services[1]["JWT_SECRET"]?.sharing.agreement == .different)
        #expect(different.exitCode() == 1)
    }

    @Test func aChangedReportDoesNotCount() throws {
        var forged = try report("chat-service")
        forged.variables[0].fingerprint = AuditFingerprint("0123456789abcdef")
        let result = try audit([try report("auth-service"), forged])
        #expect(result.services[1]["JWT_SECRET"]?.sharing.agreement == .unverified)
        #expect(
            result.findings.contains { $0.code == .staleReport && $0.message.contains("another key or was changed") }
        )
    }

    @Test func anOldReportDoesNotCount() throws {
        let reports = [try report("auth-service"), try report("chat-service")]
        let result = try audit(reports) { $0.now = now.addingTimeInterval(25 * 3600) }
        #expect(result.findings.filter { $0.code == .staleReport }.count == 2)
        #expect(result.services[1]["JWT_SECRET"]?.sharing.agreement == .unverified)
        #expect(
            try audit(reports) { $0.now = now.addingTimeInterval(-400) }.findings.contains { $0.code == .staleReport }
        )
    }

    @Test func aReportOfAnotherDeploymentDoesNotCount() throws {
        let result = try audit([try report("auth-service"), try report("chat-service", deployment: "d0")]) { audit in
            audit.project = RailwaySnapshot(
                environment: "production",
                services: [.init(name: "chat-service", values: ServiceValues([:]), deployment: "d1")]
            )
        }
        #expect(result.findings.contains { $0.service == "chat-service" && $0.code == .staleReport })
        #expect(!result.findings.contains { $0.service == "auth-service" && $0.code == .staleReport })
    }

    @Test func aReportOfAnotherServiceDoesNotCount() throws {
        let service = AuditedService(
            Make.manifest("chat-service", variables),
            values: ServiceValues(bootReport: try report("auth-service"))
        )
        var audit = EnvAudit(services: [service])
        audit.key = key
        audit.now = now
        #expect(try audit.report().findings.contains { $0.code == .staleReport })
    }
}
