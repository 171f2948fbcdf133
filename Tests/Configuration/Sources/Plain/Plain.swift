import EnvSchema

struct PlainEnv: EnvSchema {
    @Env("PORT", help: "Listen port") var port: Int = 1
}

@main struct Plain {
    static func main() throws {
        guard try PlainEnv.load(["PORT": "2"]).port == 2 else { throw EnvErrors(service: "plain", problems: []) }
    }
}
