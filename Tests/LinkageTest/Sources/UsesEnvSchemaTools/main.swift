import EnvSchemaTools

struct ServiceEnv: EnvSchema {
    @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 8080
}

print(EnvDocuments.variables([try ServiceEnv.manifest]).text)
