import FoundationEssentials
import PGBackup

/// The environment in the words of this program, where the Railway template reads it otherwise.
enum TemplateVariables {
    /// Those that the template takes `t` and `f` for as well.
    private static let flags = ["AWS_S3_FORCE_PATH_STYLE", "RUN_ON_STARTUP", "SINGLE_SHOT_MODE", "SUPPORT_OBJECT_LOCK"]

    /// The variables as the template would have read them: without BACKUP_TIME_ZONE the schedule goes by the clocks of
    /// TZ, where that names a time zone, and the template's own variables of the store go first.
    static func read(_ environment: [String: String]) -> [String: String] {
        var variables = environment
        if !isSet("BACKUP_TIME_ZONE", in: environment), let name = zoneName(environment),
            (try? IANATimeZone(name, environment: environment)) != nil
        {
            variables["BACKUP_TIME_ZONE"] = name
        }
        for name in flags {
            switch environment[name]?.lowercased() {
            case "t": variables[name] = "true"
            case "f": variables[name] = "false"
            default: continue
            }
        }
        for name in variablesOfOthers(environment) { variables[name] = nil }
        return variables
    }

    /// What the template does not know: beside its own keys and bucket, `R2_*` is of another service that
    /// shares the environment. R2_ACCOUNT_ID says where the store is while nothing else does.
    static func variablesOfOthers(_ environment: [String: String]) -> [String] {
        func isSet(_ names: String...) -> Bool { names.allSatisfy { Self.isSet($0, in: environment) } }
        guard isSet("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_S3_BUCKET") else { return [] }
        let region = environment["AWS_S3_REGION"]?.filter { !$0.isWhitespace } ?? ""
        let isPlaced = isSet("AWS_S3_ENDPOINT") || isSet("AWS_ENDPOINT_URL_S3") || !["", "auto"].contains(region)
        let account = isPlaced ? ["R2_ACCOUNT_ID"] : []
        return (["R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME"] + account).filter { isSet($0) }
    }

    /// What people should know of a TZ that the schedule does not go by, in a full sentence.
    static func warning(_ environment: [String: String]) -> String? {
        guard !isSet("BACKUP_TIME_ZONE", in: read(environment)), let name = zoneName(environment) else { return nil }
        return "TZ is \(name.debugDescription), which is no time zone of the IANA database on this machine, so that "
            + "the schedule is read in UTC. Set BACKUP_TIME_ZONE, to UTC if that is meant."
    }

    /// What TZ names; a colon before it is allowed by POSIX.
    private static func zoneName(_ environment: [String: String]) -> String? {
        guard let text = environment["TZ"], isSet("TZ", in: environment) else { return nil }
        return String(text.first == ":" ? text.dropFirst() : text[...])
    }

    static func isSet(_ name: String, in environment: [String: String]) -> Bool {
        environment[name].map { !$0.allSatisfy(\.isWhitespace) } ?? false
    }
}
