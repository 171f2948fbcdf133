/// A rule by which the store itself deletes objects and unfinished uploads (S3 API, `LifecycleRule`).
///
/// What a rule holds beyond these properties, such as transitions to other storage classes, is kept when it is read and
/// written again.
public struct S3LifecycleRule: Sendable, Hashable {
    /// The rule's name, unique in the bucket, at most 255 characters; nil lets the store choose one.
    public var id: String?
    /// The keys that it is about begin with this; empty for all keys. Nil for a rule that was read and has another
    /// filter, by tags or sizes, which is kept.
    public var prefix: String?
    /// Whether it is in force.
    public var isEnabled = true
    /// Objects are deleted so many days after they were stored; nil: they are not, or not by a number of days.
    public var expirationDays: Int?
    /// Uploads in parts are thrown away so many days after they were begun; nil: never.
    public var abortIncompleteUploadDays: Int?
    /// Elements that have no property here, as they were read.
    var others: [XMLTree] = []

    /// Makes a rule that does nothing yet.
    public init(id: String?, prefix: String = "") {
        self.id = id
        self.prefix = prefix
    }

    /// Names of what the rule holds beyond these properties, such as `Transition`.
    public var otherElements: [String] { others.map(\.name) }

    /// - Throws: ``S3Error`` with ``S3Error/Code/invalidArgument``.
    func check() throws(S3Error) {
        func refuse(_ message: String) -> S3Error { S3Error(.invalidArgument, message) }
        for days in [expirationDays, abortIncompleteUploadDays] {
            if let days, !(1...2_147_483_647).contains(days) {
                throw refuse("A lifecycle rule counts whole days from 1; this one has \(days).")
            }
        }
        guard (id ?? "").unicodeScalars.count <= 255, (prefix ?? "").utf8.count <= 1024,
            XMLWriter.canRepresent(id ?? ""), XMLWriter.canRepresent(prefix ?? "")
        else {
            throw refuse(
                "A lifecycle rule has a name of at most 255 characters and a prefix of at most 1,024 bytes, without "
                    + "control characters."
            )
        }
        guard expirationDays != nil || abortIncompleteUploadDays != nil || !others.isEmpty else {
            throw refuse("The lifecycle rule \((id ?? "").debugDescription) does nothing: give it a number of days.")
        }
    }

    /// Writes the rule as `PutBucketLifecycleConfiguration` takes it.
    func write(_ writer: inout XMLWriter) {
        writer.element("Rule") { writer in
            if let id { writer.element("ID", id) }
            if let prefix { writer.element("Filter") { $0.element("Prefix", prefix) } }
            for other in others { other.write(&writer) }
            writer.element("Status", isEnabled ? "Enabled" : "Disabled")
            if let expirationDays { writer.element("Expiration") { $0.element("Days", "\(expirationDays)") } }
            if let abortIncompleteUploadDays {
                writer.element("AbortIncompleteMultipartUpload") {
                    $0.element("DaysAfterInitiation", "\(abortIncompleteUploadDays)")
                }
            }
        }
    }

    /// Reads the rule that was just begun.
    init(_ reader: inout XMLReader) throws(XMLError) {
        self.init(id: nil)
        prefix = nil
        var hasFilter = false
        var (id, prefix, isEnabled) = (nil as String?, nil as String?, false)
        var (expiration, abort) = (nil as Int?, nil as Int?)
        var others: [XMLTree] = []
        try reader.children { (reader, name) throws(XMLError) in
            let tree = try XMLTree(name, &reader)
            switch name {
            case "ID": id = tree.text
            case "Status": isEnabled = tree.text == "Enabled"
            case "Prefix":
                // The older form, without a filter.
                prefix = tree.text
                hasFilter = true
            case "Filter" where tree.children.isEmpty:
                prefix = ""
                hasFilter = true
            case "Filter":
                prefix = tree.onlyChild("Prefix")
                if prefix == nil { others.append(tree) }
                hasFilter = true
            case "Expiration":
                expiration = tree.onlyChild("Days").flatMap { Int($0) }
                if expiration == nil { others.append(tree) }
            case "AbortIncompleteMultipartUpload":
                abort = tree.onlyChild("DaysAfterInitiation").flatMap { Int($0) }
                if abort == nil { others.append(tree) }
            default: others.append(tree)
            }
        }
        self.id = id
        self.prefix = hasFilter ? prefix : ""
        self.isEnabled = isEnabled
        expirationDays = expiration
        abortIncompleteUploadDays = abort
        self.others = others
    }
}
