import EnvSchema
import EnvSchemaAudit
import Testing

@Suite struct AuditSpeedTests {
    /// Release builds take a fraction of a second, which the benchmark measures; this only guards against a square.
    @Test func fiftyServicesOfAHundredVariablesAreQuick() throws {
        var services: [AuditedService] = []
        for service in 0..<50 {
            var variables: [EnvVariable] = []
            var values: [String: String] = [:]
            for number in 0..<100 {
                let isShared = number % 5 == 0
                let sharing: EnvSharing = isShared ? .mustMatch("service-0") : .own
                variables.append(
                    Make.variable("VARIABLE_\(number)", .required, secret: number % 2 == 0, sharing: sharing)
                )
                if number % 7 == 3 { continue }
                values["VARIABLE_\(number)"] =
                    number % 3 == 0 && service > 0 ? "${{service-0.VARIABLE_\(number)}}" : "value-\(number)"
                values["UNKNOWN_\(number)"] = "x"
            }
            services.append(
                AuditedService(Make.manifest("service-\(service)", variables), values: ServiceValues(values))
            )
        }
        let clock = ContinuousClock()
        var report: AuditReport?
        let time = try clock.measure { report = try EnvAudit(services: services, project: RailwaySnapshot()).report() }
        #expect(report?.services.count == 50)
        #expect(time < .seconds(20))
    }
}
