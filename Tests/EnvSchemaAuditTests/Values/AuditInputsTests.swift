import EnvSchema
import EnvSchemaAudit
import EnvSchemaTools
import Foundation
import Testing

@Suite struct AuditInputsTests {
    private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        try body(folder.path)
    }

    private let manifest = Make.manifest("api", [Make.variable("PORT"), Make.variable("KEY", secret: true)])

    @Test func mergesTheSourcesOfAService() throws {
        try withFolder(["api.env": "PORT=1\n", "api.variables.json": #"{"KEY": "x"}"#, "other.env": "A=1"]) { folder in
            let inputs = try AuditInputs(directory: folder, manifests: [manifest])
            #expect(inputs.services.count == 1)
            #expect(inputs.services[0].values?.variables.keys.sorted() == ["KEY", "PORT"])
            #expect(inputs.services[0].values?.label == "api.env + api.variables.json")
            #expect(inputs.project == nil)
        }
    }

    @Test func aServiceWithoutAFileIsNew() throws {
        try withFolder([:]) { folder in
            let inputs = try AuditInputs(directory: folder, manifests: [manifest])
            #expect(inputs.services[0].values == nil)
        }
    }

    @Test func manifestsOfForeignServicesAreRead() throws {
        let json = try Make.manifest("foreign", []).json()
        try withFolder(["foreign.manifest.json": json]) { folder in
            let inputs = try AuditInputs(directory: folder, manifests: [manifest])
            #expect(inputs.services.map(\.manifest.service) == ["api", "foreign"])
        }
    }

    @Test(arguments: [
        ("api.env", "KEY=\"open", AuditInputError.Code.notEnvironmentFile), ("api.variables.json", "[", .notJSON),
        ("railway-config.json", "{}", .unknownShape), ("x.manifest.json", "{}", .unknownShape),
    ])
    func errorsNameTheFile(_ name: String, _ text: String, _ code: AuditInputError.Code) throws {
        try withFolder([name: text]) { folder in
            do throws(AuditInputError) {
                _ = try AuditInputs(directory: folder, manifests: [manifest])
                Issue.record("It was read.")
            } catch {
                #expect(error.code == code)
                #expect(error.input.hasSuffix(name))
            }
        }
    }

    @Test func aFolderThatIsNoneIsNamed() {
        #expect(throws: AuditInputError.self) { try AuditInputs(directory: "/nowhere/at/all", manifests: []) }
        #expect(throws: AuditInputError.self) { try AuditInputs.read("/") }
    }
}
