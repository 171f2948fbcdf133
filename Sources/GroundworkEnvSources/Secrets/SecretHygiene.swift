import GroundworkBase
public import GroundworkEnvModel

/// Judges values without ever showing them: secrets that are weak, and secrets where none was declared.
public enum SecretHygiene {
    /// What is wrong with the value of a variable; empty when nothing is.
    ///
    /// - Parameters:
    ///   - text: the value. One that holds a Railway reference (`${{…}}`) is not judged: it is not the value yet.
    ///   - variable: the declaration, which says whether and what kind of secret it is.
    ///   - mode: the environment of the service; values made for development are found in production alone.
    public static func findings(
        for text: String,
        variable: EnvVariable,
        mode: EnvMode? = nil
    ) -> [SecretFinding] {
        guard !text.isEmpty, text.firstRange(of: "${{") == nil else { return [] }
        let judge = SecretJudge(text: text, variable: variable)
        if variable.isSecret { judge.judgeSecret() } else { judge.judgePlain() }
        judge.judgeShape()
        if mode == .production { judge.judgeProduction() }
        return judge.findings
    }

    /// Variables that hold the same secret as another one. A secret that serves two purposes cannot be rotated for one
    /// of them, and a leak of one is a leak of both. Connection URLs and private keys may stand under two names.
    ///
    /// Texts are told apart by a hash that is keyed anew in each process, and compared in constant time.
    public static func reuse(_ secrets: [(variable: EnvVariable, text: String)]) -> [SecretFinding] {
        var buckets: [Int: [(name: String, text: String)]] = [:]
        var findings: [SecretFinding] = []
        for (variable, text) in secrets where variable.isSecret && text.utf8.count >= 8 {
            let kind = variable.secret?.kind
            guard kind != .connectionURL, kind != .privateKey, kind != .appleKey, text.firstRange(of: "${{") == nil,
                text.firstRange(of: "://") == nil, text.firstRange(of: "-----BEGIN") == nil
            else { continue }
            var hasher = Hasher()
            hasher.combine(text)
            let hash = hasher.finalize()
            if let same = buckets[hash]?.first(where: {
                $0.name != variable.name && ConstantTime.equal($0.text.utf8, text.utf8)
            }) {
                findings.append(
                    SecretFinding(
                        .reused,
                        .warning,
                        variable: variable.name,
                        message: "has the same value as \(same.name)",
                        remedy: "make a secret for each of them, or declare one name as an alias of the other"
                    )
                )
            }
            buckets[hash, default: []].append((variable.name, text))
        }
        return findings
    }

    /// Secrets of production whose value is that of the same variable in development: everybody who works on the service
    /// knows them.
    /// - Parameters:
    ///   - production: the declarations and their values in production.
    ///   - development: names and values of a development environment, such as the values of a committed `.env`.
    public static func carriedOver(
        _ production: [(variable: EnvVariable, text: String)],
        from development: [String: String]
    ) -> [SecretFinding] {
        production.compactMap { variable, text in
            guard variable.isSecret, !text.isEmpty, text.firstRange(of: "${{") == nil else { return nil }
            let names = [variable.name] + variable.aliases + variable.deprecatedNames
            guard names.contains(where: { development[$0].map { ConstantTime.equal($0.utf8, text.utf8) } ?? false })
            else {
                return nil
            }
            return SecretFinding(
                .developmentValue,
                .error,
                variable: variable.name,
                message: "has the value of the development environment in production",
                remedy: "make a secret for production alone"
            )
        }
    }
}
