import GroundworkEnvModel

/// One object of a manifest and what it is, for errors. Absent members have their defaults, unknown ones are passed
/// over, and no error repeats what stands in the manifest.
struct ManifestReader {
    private let value: JSONValue
    private let place: String

    /// - Parameter place: what the object is, in words.
    init(_ value: JSONValue, _ place: String) throws(ManifestError) {
        (self.value, self.place) = (value, place)
        guard value.members != nil else { throw ManifestError(.malformed, "\(place) is no object") }
    }

    private func member(_ name: String) -> JSONValue? {
        guard let member = value[name], !member.isNull else { return nil }
        return member
    }

    private func mismatch(_ name: String, _ expected: String) -> ManifestError {
        ManifestError(.malformed, "the member \(name) of \(place) is not \(expected)")
    }

    private func missing(_ name: String) -> ManifestError {
        ManifestError(.malformed, "the member \(name) of \(place) is missing")
    }

    func text(_ name: String) throws(ManifestError) -> String? {
        guard let member = member(name) else { return nil }
        guard let text = member.string else { throw mismatch(name, "a string") }
        return text
    }

    func required(_ name: String) throws(ManifestError) -> String {
        guard let text = try text(name) else { throw missing(name) }
        return text
    }

    /// A text that is one of a closed set.
    func choice<Choice: RawRepresentable<String>>(_ name: String) throws(ManifestError) -> Choice? {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else { throw mismatch(name, "one of the words that are known") }
        return choice
    }

    func flag(_ name: String) throws(ManifestError) -> Bool {
        switch member(name) {
        case nil: return false
        case .bool(let flag)?: return flag
        default: throw mismatch(name, "true or false")
        }
    }

    func number(_ name: String) throws(ManifestError) -> Double? {
        guard let member = member(name) else { return nil }
        guard case .number(let digits) = member, let number = Double(digits), number.isFinite else {
            throw mismatch(name, "a number")
        }
        return number
    }

    func count(_ name: String) throws(ManifestError) -> Int? {
        guard let number = try number(name) else { return nil }
        guard let count = Int(exactly: number) else { throw mismatch(name, "a whole number") }
        return count
    }

    func texts(_ name: String) throws(ManifestError) -> [String]? {
        guard let member = member(name) else { return nil }
        var texts: [String] = []
        for element in member.elements ?? [.null] {
            guard let text = element.string else { throw mismatch(name, "an array of strings") }
            texts.append(text)
        }
        return texts
    }

    func object(_ name: String) throws(ManifestError) -> ManifestReader? {
        guard let member = member(name) else { return nil }
        return try ManifestReader(member, "\(name) of \(place)")
    }

    func requiredObject(_ name: String) throws(ManifestError) -> ManifestReader {
        guard let object = try object(name) else { throw missing(name) }
        return object
    }

    /// The objects of an array; `what` is one of them, in words.
    func objects(_ name: String, _ what: String) throws(ManifestError) -> [ManifestReader]? {
        guard let member = member(name) else { return nil }
        guard let elements = member.elements else { throw mismatch(name, "an array") }
        var objects: [ManifestReader] = []
        for (index, element) in elements.enumerated() {
            objects.append(try ManifestReader(element, "\(what) \(index + 1)"))
        }
        return objects
    }

    func requiredObjects(_ name: String, _ what: String) throws(ManifestError) -> [ManifestReader] {
        guard let objects = try objects(name, what) else { throw missing(name) }
        return objects
    }
}
