import ArgumentParser
import EnvSchema
import FoundationEssentials

/// What the image's command does, as the template's did: a daemon, unless SINGLE_SHOT_MODE is true.
struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Do as the Railway template does: serve, or run once with SINGLE_SHOT_MODE=true.",
        shouldDisplay: false
    )

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let value = TemplateVariables.read(ProcessInfo.processInfo.environment)["SINGLE_SHOT_MODE"] ?? ""
        // A value that is neither is told with all other problems.
        if (try? Bool.parse(envText: value, limits: EnvLimits())) ?? false {
            try await Run.once(output)
        } else {
            try await Serve.forever(output)
        }
    }
}
