import EnvSchema
import EnvSchemaTools
import Testing

@Suite struct ManifestTests {
    private func error(_ json: String) -> ManifestError? {
        do throws(ManifestError) {
            _ = try SchemaManifest(json: Array(json.utf8))
            return nil
        } catch { return error }
    }

    @Test func manifestsSurviveTheRoundTrip() throws {
        for manifest in [SampleManifests.auth, SampleManifests.chat, SampleManifests.hostile] {
            let json = try manifest.json()
            let isSame = try SchemaManifest(json: Array(json.utf8)) == manifest
            #expect(isSame)
            #expect(try SchemaManifest(json: Array(json.utf8)).json() == json)
        }
    }

    @Test func rulesReadLikeSentences() throws {
        let json = try SampleManifests.auth.json()
        #expect(json.contains("\"when\": {"))
        #expect(!json.contains("_0"))
    }

    @Test func unknownMembersArePassedOverAndAbsentOnesHaveDefaults() throws {
        let json = """
            {"service": "a", "future": {"x": [1]}, "variables": [{"name": "PORT", "color": "red",
            "type": {"name": "integer", "expected": "a whole number", "jsonType": "integer", "example": "1", "more": 1},
            "requirement": {"base": "required"}}]}
            """
        let manifest = try SchemaManifest(json: Array(json.utf8))
        #expect(manifest.variables.map(\.name) == ["PORT"])
        #expect(manifest.variables.first?.sharing == .own && manifest.variables.first?.isSecret == false)
        #expect(manifest.rules.isEmpty && manifest.formatVersion == 1)
    }

    @Test func aNewerFormatIsAClearError() {
        let found = error(#"{"minimumReader": 2, "whatever": true}"#)
        #expect(found?.code == .newerFormat)
        #expect(found?.description.contains("update swift-groundwork") == true)
    }

    @Test(arguments: [
        "", "[]", "{}", "null", #"{"service": 1}"#, #"{"service":"a","variables":[],"variables":[]}"#,
        #"{"service":"a","variables":{}}"#, "{\"service\":\"a\",",
    ])
    func malformedManifestsAreRefused(json: String) { #expect(error(json)?.code == .malformed) }

    @Test func hostileManifestsAreBounded() {
        let deep = #"{"service":"a","variables":[],"rules":"# + String(repeating: "[", count: 100_000)
        #expect(error(deep)?.code == .malformed)
        let type = #"{"name":"t","expected":"t","jsonType":"string","example":""}"#
        func named(_ name: String) -> String {
            #"{"service":"a","variables":[{"name":"\#(name)","type":\#(type),"requirement":{"base":"required"}}]}"#
        }
        #expect(error(named("OK")) == nil)
        for name in ["", "A=B", "A\\nB=1", "A B", "\\u0000", "A`B"] { #expect(error(named(name))?.code == .invalid) }
        #expect(error(#"{"service":"a\nb","variables":[]}"#)?.code == .invalid)
        #expect(error(String(repeating: " ", count: (8 << 20) + 1))?.code == .tooLarge)
    }

    @Test func errorsRepeatNothing() {
        for json in [
            #"{"ΔΔΔΔ": "#, #"{"service":"a","variables":"ΔΔΔΔ"}"#, #"{"service":"ΔΔ\nΔΔ","variables":[]}"#, "ΔΔΔΔ",
        ] {
            let found = error(json)
            #expect(found != nil && found?.description.contains("Δ") == false)
        }
    }

    @Test func theDefaultOfASecretIsNeverWritten() throws {
        var secret = SampleManifests.secret("S", .generic, "Secret")
        secret.defaultText = "ΔΔΔΔ"
        #expect(try !SchemaManifest(service: "x", variables: [secret]).json().contains("Δ"))
    }

    @Test func anInfiniteLimitIsAnError() {
        var number = EnvVariable("N", help: "", type: Double.envType, requirement: .init(.required), isSecret: false)
        number.limits.maximum = .infinity
        #expect(throws: ManifestError.self) { try SchemaManifest(service: "x", variables: [number]).json() }
    }
}
