// What tells of a person is not shown where values are printed, dumped or put into a log message. Read the properties.

extension AppleIdentity: CustomStringConvertible, CustomReflectable {
    /// The audience only, never who it is.
    public var description: String { "AppleIdentity(\(audience), <redacted>)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension AppleFirstLogin: CustomStringConvertible, CustomReflectable {
    /// Never the name.
    public var description: String { "AppleFirstLogin(<redacted>)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension AppleNotification: CustomStringConvertible, CustomReflectable {
    /// What happened and to which client, never to whom.
    public var description: String { "AppleNotification(\(kind), \(audience), <redacted>)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
