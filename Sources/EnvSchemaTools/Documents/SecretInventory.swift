import GroundworkEnvModel

/// The secrets of several services: a shared one once, with all services that have it.
struct SecretInventory {
    /// One secret.
    struct Entry {
        let name: String
        /// In the order of the manifests.
        var services: [String]
        var variable: EnvVariable
        var traits: EnvSecretTraits
        /// The service whose value the others must match.
        var owner: String?
        /// Services where it may be absent, and when, in words.
        var exceptions: [String]

        var isShared: Bool { services.count > 1 }
    }

    private(set) var entries: [Entry] = []

    init(_ manifests: [SchemaManifest]) {
        var shared: [String: Int] = [:]
        for manifest in manifests {
            for variable in manifest.variables where variable.isSecret {
                let traits = variable.secret ?? EnvSecretTraits()
                let words = variable.requirement.words
                let exceptions = words == "yes" ? [] : ["\(manifest.service): \(words)"]
                if variable.sharing.strength != .own, let index = shared[variable.name] {
                    entries[index].merge(variable, traits, service: manifest.service)
                    entries[index].exceptions += exceptions
                    continue
                }
                if variable.sharing.strength != .own { shared[variable.name] = entries.count }
                entries.append(
                    Entry(
                        name: variable.name,
                        services: [manifest.service],
                        variable: variable,
                        traits: traits,
                        owner: variable.sharing.owner,
                        exceptions: exceptions
                    )
                )
            }
        }
        entries.sort { ($0.name, $0.services.joined()) < ($1.name, $1.services.joined()) }
    }

    /// For a planned rotation: first what interrupts nobody, last what all its services must change at once; what fewer
    /// services have comes first.
    var rotationOrder: [Entry] {
        entries.enumerated().sorted { one, other in rank(one.element, one.offset) < rank(other.element, other.offset) }
            .map(\.element)
    }

    private func rank(_ entry: Entry, _ offset: Int) -> (Int, Int, Int) {
        (entry.traits.allowsOverlap ? 0 : 1, entry.services.count, offset)
    }

    /// After a leak: first what opens most.
    var leakOrder: [Entry] {
        entries.enumerated().sorted { one, other in
            (-one.element.services.count, weight(one.element), one.offset)
                < (-other.element.services.count, weight(other.element), other.offset)
        }
        .map(\.element)
    }

    private func weight(_ entry: Entry) -> Int {
        switch entry.traits.kind {
        case .hs256, .privateKey, .appleKey: 0
        case .connectionURL: 1
        case .encryptionKey: 2
        case .apiToken: 3
        default: 4
        }
    }
}

extension SecretInventory.Entry {
    /// Adds a service that has the same secret; what the owner says counts most.
    mutating func merge(_ variable: EnvVariable, _ traits: EnvSecretTraits, service: String) {
        if !services.contains(service) { services.append(service) }
        owner = owner ?? variable.sharing.owner
        let isOwner = owner == service
        if self.traits.kind == .generic || (isOwner && traits.kind != .generic) { self.traits.kind = traits.kind }
        if self.traits.origin == nil || (isOwner && traits.origin != nil) { self.traits.origin = traits.origin }
        if self.traits.rotation.isEmpty || (isOwner && !traits.rotation.isEmpty) {
            self.traits.rotation = traits.rotation
        }
        // A single service that cannot overlap breaks with the old value.
        self.traits.allowsOverlap = self.traits.allowsOverlap && traits.allowsOverlap
    }

    /// The services that take the new value, in the order in which they restart: with overlap those that only accept the
    /// value first and its owner last, so that nobody meets a value that it does not know.
    var restartOrder: [String] {
        guard let owner, services.contains(owner) else { return services }
        return services.filter { $0 != owner } + [owner]
    }

    /// What a leak opens.
    var blastRadius: String {
        let all = services.joined(separator: ", ")
        let what: String
        switch traits.kind {
        case .hs256: what = "whoever has it can make tokens that are accepted by"
        case .privateKey, .appleKey: what = "whoever has it can sign in the name of"
        case .connectionURL: what = "whoever has it can read and change the data of"
        case .encryptionKey: what = "whoever has it can read what is encrypted by"
        case .apiToken: what = "whoever has it can use the vendor's API in the name of"
        case .password: what = "whoever has it can log in as"
        default: what = "whoever has it can act as"
        }
        return "\(what) \(all)"
    }
}
