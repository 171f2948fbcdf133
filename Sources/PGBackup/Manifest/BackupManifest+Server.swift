extension BackupManifest {
    /// What the database needs of a server around it, as it was when the dump was begun.
    public struct Server: Sendable, Hashable, Codable {
        /// Settings that matter for a new server, by name: `server_version_num`, `server_encoding`, `lc_collate`,
        /// `lc_ctype`, `data_checksums`, `max_connections`, `shared_preload_libraries`, `TimeZone`. One that the user may
        /// not see is missing.
        public var settings: [String: String]
        /// The extensions in the database.
        public var extensions: [Extension]
        /// The roles that own something in the database or have rights in it.
        public var roles: [String]

        /// Describes a server.
        public init(settings: [String: String] = [:], extensions: [Extension] = [], roles: [String] = []) {
            self.settings = settings
            self.extensions = extensions
            self.roles = roles
        }
    }

    /// An extension.
    public struct Extension: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String
        /// Its version.
        public var version: String
        /// The schema that its objects are in.
        public var schema: String

        /// Describes an extension.
        public init(name: String, version: String, schema: String) {
            self.name = name
            self.version = version
            self.schema = schema
        }
    }

    /// The roles, tablespaces and settings of the whole server as SQL, without passwords, or why they are not there.
    public struct Globals: Sendable, Hashable, Codable {
        /// The object, its role `globals`.
        public var object: DataObject?
        /// Why there is none.
        public var reason: String?

        init(object: DataObject) { self.object = object }
        init(reason: String) { self.reason = reason }
    }
}
