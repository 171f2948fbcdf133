import EnvSchema
import GroundworkBase

/// The second axis: whether services that share a variable have the same value.
extension AuditRun {
    /// One declaration of a shared variable.
    private struct Place {
        var subject: Int
        var slot: Int
    }

    mutating func share() throws(AuditInputError) {
        var places: [String: [Place]] = [:]
        var names: [String] = []
        for subject in subjects.indices {
            for slot in subjects[subject].slots.indices {
                let variable = subjects[subject].slots[slot].variable
                guard variable.sharing.strength != .own else { continue }
                if places[variable.name] == nil { names.append(variable.name) }
                places[variable.name, default: []].append(Place(subject: subject, slot: slot))
                try fingerprint(subject, slot)
            }
        }
        for name in names { compare(name, places[name] ?? []) }
    }

    private mutating func fingerprint(_ subject: Int, _ slot: Int) throws(AuditInputError) {
        let known = subjects[subject].slots[slot].observed?.fingerprint
        if let key = audit.key, let text = subjects[subject].slots[slot].text {
            let name = subjects[subject].slots[slot].variable.name
            subjects[subject].slots[slot].fingerprint = try key.fingerprint(of: text, variable: name)
        } else {
            subjects[subject].slots[slot].fingerprint = known
        }
    }

    private mutating func compare(_ name: String, _ places: [Place]) {
        var present: [Place] = []
        for place in places {
            let slot = subjects[place.subject].slots[place.slot]
            let agreement: AuditSharing.Agreement = slot.presence.isPresent ? .alone : .absent
            subjects[place.subject].slots[place.slot].sharing.agreement = agreement
            if slot.presence.isPresent { present.append(place) }
        }
        checkOwners(places)
        let owner = places.compactMap { subjects[$0.subject].slots[$0.slot].variable.sharing.owner }.first
        let reference: Place
        if let owner, let own = present.first(where: { subjects[$0.subject].name == owner }) {
            reference = own
        } else if owner != nil || present.count < 2 {
            // The owner has no value, or nobody else has: nothing can be compared with it.
            for place in present where owner != nil && present.count > 1 {
                subjects[place.subject].slots[place.slot].sharing.agreement = .unverified
            }
            return
        } else {
            reference = mostCommon(present)
        }
        for place in present {
            let isReference = place.subject == reference.subject
            let agreement = isReference ? .same : agreement(place, with: reference)
            subjects[place.subject].slots[place.slot].sharing.agreement = present.count == 1 ? .alone : agreement
            if !isReference { report(agreement, name, place, reference: reference) }
        }
    }

    /// A place that has the value that most have; of several such values the first one.
    private func mostCommon(_ places: [Place]) -> Place {
        var groups: [(leader: Place, count: Int)] = []
        for place in places {
            if let group = groups.firstIndex(where: { agreement(place, with: $0.leader) == .same }) {
                groups[group].count += 1
            } else {
                groups.append((place, 1))
            }
        }
        var best = groups[0]
        for group in groups.dropFirst() where group.count > best.count { best = group }
        return best.leader
    }

    private func agreement(_ place: Place, with other: Place) -> AuditSharing.Agreement {
        let lhs = subjects[place.subject].slots[place.slot]
        let rhs = subjects[other.subject].slots[other.slot]
        if let left = lhs.state, let right = rhs.state {
            // Both lead to the same variable: the same by construction, even when nobody sees the value.
            if left.problem == nil, right.problem == nil, left.root == right.root { return .same }
        }
        if let left = lhs.text, let right = rhs.text { return left == right ? .same : .different }
        if let left = lhs.fingerprint, let right = rhs.fingerprint { return left == right ? .same : .different }
        return .unverified
    }

    private mutating func report(
        _ agreement: AuditSharing.Agreement,
        _ name: String,
        _ place: Place,
        reference: Place
    ) {
        let slot = subjects[place.subject].slots[place.slot]
        let isStrict = slot.variable.sharing.strength == .must
        let other = subjects[reference.subject].name
        let text = sharedReference(name, owner: reference)
        let command = command(place.subject, setting: slot.variable.name, to: text)
        let isToBeShared = text.hasPrefix("${{shared.") && !isShared(name)
        let remedy =
            isToBeShared
            ? "Make it a shared variable of the project, and refer to it: \(VisibleText.line(text))."
            : "Refer to one value: \(VisibleText.line(text))."
        switch agreement {
        case .different:
            find(
                isStrict ? .error : .warning,
                .valueMismatch,
                place.subject,
                slot.variable.name,
                "Its value \(isStrict ? "must" : "should") be that of \(VisibleText.line(other)) and is another.",
                remedy: remedy,
                command: command
            )
        case .same where !slot.presence.isReference && slot.presence != .sealed:
            find(
                .note,
                .copiedValue,
                place.subject,
                slot.variable.name,
                "It has the same value as \(VisibleText.line(other)), but as a copy: a rotation has to change each.",
                remedy: remedy,
                command: command
            )
        case .unverified:
            find(
                .note,
                .unverifiedMatch,
                place.subject,
                slot.variable.name,
                "Whether its value is that of \(VisibleText.line(other)) cannot be told: "
                    + "one of them is sealed, could be guessed, or is not resolved.",
                remedy: audit.key == nil
                    ? "Set \(AuditKey.variable) in both services for one deployment and give the audit their boot reports."
                    : "Give the audit the boot reports of both services."
            )
        default: break
        }
    }

    /// The reference that makes values the same: to the project's shared variable, or to the owner's.
    private func sharedReference(_ name: String, owner: Place) -> String {
        let slot = subjects[owner.subject].slots[owner.slot]
        if isShared(name) || slot.variable.sharing.owner == nil { return "${{shared.\(name)}}" }
        return "${{\(subjects[owner.subject].service.referenceName).\(slot.usedName ?? name)}}"
    }

    private func isShared(_ name: String) -> Bool {
        graph.shared.map { graph.scopes[$0].variables[name] != nil } ?? false
    }

    private mutating func checkOwners(_ places: [Place]) {
        for place in places {
            guard let owner = subjects[place.subject].slots[place.slot].variable.sharing.owner,
                !subjects.contains(where: { $0.name == owner })
            else { continue }
            find(
                .warning,
                .unknownOwner,
                place.subject,
                subjects[place.subject].slots[place.slot].variable.name,
                "Its value must be that of \(VisibleText.line(owner)), which is not part of the audit.",
                remedy: "Add the manifest of \(VisibleText.line(owner)) to the audit."
            )
        }
    }
}
