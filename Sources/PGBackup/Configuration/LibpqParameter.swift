/// How a parameter of a connection string reaches a client program.
enum LibpqParameter {
    /// By an environment variable.
    case environment(String)
    /// In the connection string on the command line: it has no variable, and is no secret.
    case argument
    /// Not at all, for the reason given.
    case refused(String)

    /// Looks up a parameter by its name; nil if libpq does not know it.
    ///
    /// From PostgreSQL's documentation, sections 34.1.2 (Parameter Key Words) and 34.15 (Environment Variables), up to
    /// version 18. An older libpq ignores variables that it does not know.
    static func named(_ name: String) -> LibpqParameter? { table[name] }

    private static let table: [String: LibpqParameter] = [
        "hostaddr": .environment("PGHOSTADDR"),
        "passfile": .environment("PGPASSFILE"),
        "require_auth": .environment("PGREQUIREAUTH"),
        "channel_binding": .environment("PGCHANNELBINDING"),
        "options": .environment("PGOPTIONS"),
        "application_name": .environment("PGAPPNAME"),
        "sslmode": .environment("PGSSLMODE"),
        "requiressl": .environment("PGREQUIRESSL"),
        "sslnegotiation": .environment("PGSSLNEGOTIATION"),
        "sslcompression": .environment("PGSSLCOMPRESSION"),
        "sslcert": .environment("PGSSLCERT"),
        "sslkey": .environment("PGSSLKEY"),
        "sslcertmode": .environment("PGSSLCERTMODE"),
        "sslrootcert": .environment("PGSSLROOTCERT"),
        "sslcrl": .environment("PGSSLCRL"),
        "sslcrldir": .environment("PGSSLCRLDIR"),
        "sslsni": .environment("PGSSLSNI"),
        "requirepeer": .environment("PGREQUIREPEER"),
        "ssl_min_protocol_version": .environment("PGSSLMINPROTOCOLVERSION"),
        "ssl_max_protocol_version": .environment("PGSSLMAXPROTOCOLVERSION"),
        "min_protocol_version": .environment("PGMINPROTOCOLVERSION"),
        "max_protocol_version": .environment("PGMAXPROTOCOLVERSION"),
        "gssencmode": .environment("PGGSSENCMODE"),
        "krbsrvname": .environment("PGKRBSRVNAME"),
        "gsslib": .environment("PGGSSLIB"),
        "gssdelegation": .environment("PGGSSDELEGATION"),
        "connect_timeout": .environment("PGCONNECT_TIMEOUT"),
        "target_session_attrs": .environment("PGTARGETSESSIONATTRS"),
        "load_balance_hosts": .environment("PGLOADBALANCEHOSTS"),
        "keepalives": .argument,
        "keepalives_idle": .argument,
        "keepalives_interval": .argument,
        "keepalives_count": .argument,
        "tcp_user_timeout": .argument,
        "client_encoding": .refused("a dump is always taken in the database's own encoding"),
        "fallback_application_name": .refused("use application_name"),
        "replication": .refused("a dump needs an ordinary connection"),
        // A service file's values would win over the host, user and database that were given to the program.
        "service": .refused("a service file would name another server or database; write them into the URL"),
        "servicefile": .refused("a service file would name another server or database; write them into the URL"),
        "sslpassword": .refused("it would show in the list of processes; use a key without a passphrase"),
    ]
}
