import EnvSchema
import EnvSchemaAudit

/// Many services that share secrets, as data.
enum Fleet {
    static func services(count: Int, variables: Int) -> [AuditedService] {
        (0..<count).map { service in
            var declared: [EnvVariable] = []
            var values: [String: String] = [:]
            for number in 0..<variables {
                let isSecret = number % 3 == 0
                var variable = EnvVariable(
                    "SETTING_\(number)",
                    help: "Setting \(number)",
                    type: EnvTypeDescription(name: "string", expected: "a text", example: "text"),
                    requirement: EnvRequirement(number % 5 == 0 ? .optional : .required),
                    isSecret: isSecret
                )
                if isSecret { variable.secret = EnvSecretTraits() }
                if number % 4 == 0 { variable.sharing = .must }
                declared.append(variable)
                // One in fifty is absent, one in ten refers to another service, the rest have values.
                if (number + service) % 50 == 0 { continue }
                let neighbour = "service-\((service + 1) % count)"
                values[variable.name] =
                    number % 10 == 1
                    ? "${{\(neighbour).SETTING_\(number + 1)}}" : "q7Rk2Vw9Zt4Lm8Xc3Bn6Hj1Fd5Gs\(number)"
            }
            let manifest = SchemaManifest(service: "service-\(service)", variables: declared)
            return AuditedService(manifest, values: ServiceValues(values, label: "memory"))
        }
    }
}
