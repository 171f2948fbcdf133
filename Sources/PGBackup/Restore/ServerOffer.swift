import GroundworkCore

/// What a server offers to a restore.
struct ServerOffer: Sendable, Hashable {
    var version = PostgresVersion(number: 0)
    /// Extensions with their default versions.
    var extensions: [String: String] = [:]
    /// Extensions that only a superuser may create.
    var untrustedExtensions: Set<String> = []
    var roles: Set<String> = []
    var isSuperuser = false
    var mayCreateDatabases = false
    var isStandby = false
    var knowsICU = true
    /// The locales that were asked for and are not known.
    var unknownLocales: Set<String> = []
    /// Libraries loaded at the start; nil where the user may not ask.
    var libraries: [String]?
    /// The free bytes of its disk; nil where they cannot be seen from here.
    var freeBytes: Int64?

    /// Asks in one session. A question that the user may not ask leaves its answer out.
    /// - Parameter locales: names of locales of the operating system that are needed.
    static func read(by psql: Psql, _ facts: DatabaseFacts, locales: [String]) async throws -> ServerOffer {
        let output = try await psql.run(script(locales), stopsAtError: false, limit: 32 << 20)
        var offer = ServerOffer(version: facts.version, isStandby: facts.isStandby)
        var directory: String?
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            let texts = parts.dropFirst().map { Hex.decode($0).map { String(decoding: $0, as: UTF8.self) } ?? "" }
            switch (parts.first, texts.count) {
            case ("extension", 2): offer.extensions[texts[0]] = texts[1]
            case ("untrusted", 1): offer.untrustedExtensions.insert(texts[0])
            case ("role", 1): offer.roles.insert(texts[0])
            case ("superuser", 1): offer.isSuperuser = texts[0] == "true"
            case ("creates", 1): offer.mayCreateDatabases = texts[0] == "true"
            case ("icu", 1): offer.knowsICU = texts[0] == "true"
            case ("locale", 2) where texts[1] == "true": offer.unknownLocales.insert(texts[0])
            case ("libraries", 1): offer.libraries = names(in: texts[0])
            case ("directory", 1): directory = texts[0]
            default: continue
            }
        }
        // By a Unix socket the server is on this machine, and its directory is one of ours.
        if let directory, let free = try? FreeSpace.bytes(at: directory) { offer.freeBytes = free }
        return offer
    }

    /// The words of `shared_preload_libraries`, without paths.
    static func names(in list: String) -> [String] {
        list.split(separator: ",").map { word in
            let name = word.drop { " \"".contains($0) }
            let bare = name.prefix { !" \"".contains($0) }
            return String(bare.split(separator: "/").last ?? bare)
        }.filter { !$0.isEmpty }
    }

    private static func hex(_ expression: String) -> String {
        "encode(convert_to(coalesce((\(expression))::text, ''), 'UTF8'), 'hex')"
    }

    /// Whether the operating system knows a locale is asked by a setting that any user may set: it is checked by the same
    /// function as that of a new database, and needs no right and leaves nothing.
    private static func script(_ locales: [String]) -> String {
        var text = """
            SET search_path = pg_catalog;
            SELECT 'extension|' || \(hex("name")) || '|' || \(hex("default_version")) FROM pg_available_extensions;
            SELECT DISTINCT 'untrusted|' || \(hex("name")) FROM pg_available_extension_versions v
            WHERE superuser AND coalesce((to_jsonb(v)->>'trusted')::boolean, false) = false;
            SELECT 'role|' || \(hex("rolname")) FROM pg_roles;
            SELECT 'superuser|' || \(hex("rolsuper")) FROM pg_roles WHERE rolname = current_user;
            SELECT 'creates|' || \(hex("rolsuper OR rolcreatedb")) FROM pg_roles WHERE rolname = current_user;
            SELECT 'icu|' || \(hex("EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i')"));
            SELECT 'libraries|' || \(hex("setting")) FROM pg_settings WHERE name = 'shared_preload_libraries';
            SELECT 'directory|' || \(hex("setting")) FROM pg_settings WHERE name = 'data_directory'
            AND inet_server_addr() IS NULL;

            """
        for locale in locales {
            text += "SET lc_monetary = \(SQL.literal(locale));\n"
            text += "SELECT 'locale|' || \(hex(SQL.literal(locale))) || '|' || \(hex(":'ERROR'"));\n"
        }
        return text
    }
}
