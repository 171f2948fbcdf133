import FoundationEssentials
import GroundworkTestProcesses
import PGBackupTesting
import Testing

/// A JSON object as Python's reader sees it.
private struct PythonObject: Decodable {
    /// In the order they stand.
    let keys: [String]
    let types: [String: String]
    /// Of the values that are text.
    let texts: [String: String]
    /// Of values that are lists: their lengths.
    let counts: [String: Int]

    init(_ line: [UInt8]) async throws {
        let program = """
            import json, sys
            def members(pairs):
                names = [name for name, _ in pairs]
                assert len(set(names)) == len(names), names
                return dict(pairs)
            text = sys.stdin.buffer.read().decode("utf-8", "strict")
            assert text.endswith("\\n") and text.count("\\n") == 1, text
            value = json.loads(text, object_pairs_hook=members)
            print(json.dumps({
                "keys": list(value),
                "types": {key: type(item).__name__ for key, item in value.items()},
                "texts": {key: item for key, item in value.items() if isinstance(item, str)},
                "counts": {key: len(item) for key, item in value.items() if isinstance(item, list)},
            }))
            """
        let output = try await ChildProcess.output(of: TestTools.program("python"), ["-c", program], input: line)
        self = try JSONDecoder().decode(PythonObject.self, from: Data(output))
    }
}

extension ExampleTests {
    /// What `backup … --json` prints is one line that another JSON reader takes, with the same keys in the same order.
    @Suite struct BackupJSON {
        @Test func theKeysAreTheseInThisOrder() async throws {
            try await withLoopbackUser { user, _ in
                let run = try await user.run(.backup, ["run", "--json"])
                #expect(run.exit == .status(0))
                #expect(run.errorText == "")
                let made = try await PythonObject(run.standardOutput)
                #expect(
                    made.keys == [
                        "ok", "status", "id", "database", "serverVersion", "archiveBytes", "storedBytes", "seconds",
                        "dumpSeconds", "check", "verified", "pruned", "store", "manifest", "objects", "warnings",
                        "undelivered",
                    ]
                )
                #expect(made.types["ok"] == "bool" && made.types["archiveBytes"] == "int")
                #expect(made.types["seconds"] == "float" && made.types["objects"] == "list")
                #expect(made.counts == ["objects": 1, "warnings": 0, "undelivered": 0])
                let id = try #require(made.texts["id"])

                let list = try await PythonObject(try await user.run(.backup, ["list", "--json"]).standardOutput)
                #expect(list.keys == ["ok", "backups", "unreadable"])
                #expect(list.counts == ["backups": 1, "unreadable": 0])

                let verify = try await PythonObject(try await user.run(.backup, ["verify", "--json"]).standardOutput)
                #expect(verify.keys == ["ok", "id", "archiveBytes", "storedBytes", "seconds"])
                #expect(verify.texts["id"] == id)

                let restore = try await user.run(.backup, ["restore", id, "--into", "restored_json", "--json"])
                let restored = try await PythonObject(restore.standardOutput)
                #expect(restored.keys == ["ok", "id", "database", "archiveBytes", "seconds", "warnings"])
                #expect(restored.texts["database"] == "restored_json")
            }
        }

        @Test func aBackupInTheListHasTheseKeys() async throws {
            try await withLoopbackUser { user, _ in
                _ = try await user.run(.backup, ["run", "--json"])
                let list = try await user.run(.backup, ["list", "--json"])
                let backups = try JSONDecoder().decode(Listing.self, from: Data(list.standardOutput)).backups
                #expect(backups.map(\.keys.count) == [6])
                #expect(
                    backups.first.map { Set($0.keys) }
                        == ["id", "finishedAt", "database", "archiveBytes", "storedBytes", "pinned"]
                )
            }
        }

        private struct Listing: Decodable {
            enum Value: Decodable {
                case text(String)
                case number(Int64)
                case truth(Bool)
                init(from decoder: any Decoder) throws {
                    let container = try decoder.singleValueContainer()
                    if let truth = try? container.decode(Bool.self) {
                        self = .truth(truth)
                    } else if let number = try? container.decode(Int64.self) {
                        self = .number(number)
                    } else {
                        self = .text(try container.decode(String.self))
                    }
                }
            }
            let backups: [[String: Value]]
        }

        @Test func aNameWithSignsOfJSONComesBackAsItWas() async throws {
            let name = "a\"b\\c\nd\u{1}\u{1B}[31m/ü🐘"
            let cluster = try ExampleScope.cluster
            try await cluster.createDatabase(name)
            var encoded = ""
            for byte in name.utf8 {
                let digits = String(byte, radix: 16)
                encoded += "%" + (digits.count == 1 ? "0" : "") + digits
            }
            try await withLoopbackUser { user, _ in
                let user = user.changing(["BACKUP_DATABASE_URL": try ExampleSettings.url(encoded)])
                let run = try await user.run(.backup, ["run", "--json"])
                #expect(run.exit == .status(0), "\(run.outputText)")
                let made = try await PythonObject(run.standardOutput)
                let isSame = made.texts["database"] == name
                #expect(isSame)
                // As text, the name stays on its line and steers no terminal: `run` of the user expects that.
                let list = try await user.run(.backup, ["list"])
                #expect(list.outputText.split(separator: "\n").count == 1)
            }
        }

        @Test func ofSeveralDatabasesItIsOneArrayWithTheOneThatFailed() async throws {
            let urls = try "\(ExampleSettings.url("absent")) \(ExampleSettings.url("shop"))"
            try await withDirectory(["BACKUP_DATABASE_URL": urls]) { user, _ in
                let run = try await user.run(.backup, ["run", "--json"])
                #expect(run.exit == .status(1) && run.errorText == "", "\(run.errorText)")
                #expect(run.outputText.split(separator: "\n").count == 1)
                let program = """
                    import json, sys
                    for part in json.load(sys.stdin):
                        print(part["ok"], part["status"], part["database"], (part.get("error") or "").split(":")[0])
                    """
                let read = try await ChildProcess.output(
                    of: TestTools.program("python"),
                    ["-c", program],
                    input: run.standardOutput
                )
                let parts = String(decoding: read, as: UTF8.self)
                #expect(parts == "False failed absent databaseNotFound\nTrue ok shop \n")
                // With its name it is one.
                let one = try await user.run(.backup, ["run", "--json", "--database", "shop"])
                #expect(one.exit == .status(0))
                #expect(try await PythonObject(one.standardOutput).texts["database"] == "shop")
            }
        }

        @Test func anErrorIsAnObjectToo() async throws {
            try await withLoopbackUser { user, _ in
                let failed = try await user.changing(["AWS_S3_BUCKET": "not-there"]).run(.backup, ["run", "--json"])
                #expect(failed.exit == .status(2))
                let object = try await PythonObject(failed.standardOutput)
                #expect(object.keys == ["ok", "error"])
                #expect(object.texts["error"]?.contains("not-there") == true)
            }
        }
    }
}
