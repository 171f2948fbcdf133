import EnvSchema

struct ServiceEnv: EnvSchema {
    @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 8080
    @Env("DATABASE_URL", help: "Postgres") var database: Secret<String>
}

print(try ServiceEnv.load(["DATABASE_URL": "postgres://localhost/app"]).port)
