extension BackupManifest.Source {
    /// The statement that makes an empty database like this one.
    func createDatabase(_ name: String, on server: PostgresVersion, _ options: RestoreOptions) -> String {
        var text = "CREATE DATABASE \(SQL.identifier(name)) TEMPLATE template0 ENCODING \(SQL.literal(encoding))"
        if let locale = options.replacementLocale {
            text += " LC_COLLATE \(SQL.literal(locale)) LC_CTYPE \(SQL.literal(locale))"
            if server.major >= 15 { text += " LOCALE_PROVIDER libc" }
        } else if !options.usesServerLocale {
            text += " LC_COLLATE \(SQL.literal(collation)) LC_CTYPE \(SQL.literal(characterType))"
            switch localeProvider {
            case "icu" where server.major >= 15:
                text += " LOCALE_PROVIDER icu"
                if let locale { text += " ICU_LOCALE \(SQL.literal(locale))" }
            case "builtin" where server.major >= 17:
                text += " LOCALE_PROVIDER builtin"
                if let locale { text += " BUILTIN_LOCALE \(SQL.literal(locale))" }
            case "libc" where server.major >= 15:
                text += " LOCALE_PROVIDER libc"
            default: break
            }
        }
        return text + ";\n"
    }
}
