import EnvSchemaAudit
import Testing

@Suite struct RailwayTemplateTests {
    @Test(arguments: [
        ("${{Postgres.DATABASE_URL}}", RailwayReference(.service("Postgres"), "DATABASE_URL")),
        ("${{ Postgres . DATABASE_URL }}", RailwayReference(.service("Postgres"), "DATABASE_URL")),
        ("${{shared.JWT_SECRET}}", RailwayReference(.shared, "JWT_SECRET")),
        ("${{ PORT }}", RailwayReference(.sameService, "PORT")),
        ("${{My Service.X}}", RailwayReference(.service("My Service"), "X")),
        ("${{api.v2.X}}", RailwayReference(.service("api.v2"), "X")),
        ("${{Shared.X}}", RailwayReference(.service("Shared"), "X")),
    ])
    func singleReferenceIsRead(_ text: String, _ reference: RailwayReference) throws {
        let template = try RailwayTemplate(parsing: text)
        #expect(template.isSingleReference)
        #expect(template.references == [reference])
    }

    @Test func referencesStandWithinText() throws {
        let template = try RailwayTemplate(parsing: "redis://${{Redis.HOST}}:${{PORT}}/0")
        #expect(
            template.parts == [
                .literal("redis://"), .reference(RailwayReference(.service("Redis"), "HOST")), .literal(":"),
                .reference(RailwayReference(.sameService, "PORT")), .literal("/0"),
            ]
        )
        #expect(template.resolved { $0.variable == "HOST" ? "h" : "6379" } == "redis://h:6379/0")
        #expect(template.resolved { $0.variable == "HOST" ? "h" : nil } == nil)
    }

    @Test(arguments: ["", "plain", "${NAME}", "$NAME", "{{X}}", "${ {X}}", "$${X}"])
    func otherTextIsLiteral(_ text: String) throws {
        let template = try RailwayTemplate(parsing: text)
        #expect(template.references.isEmpty)
        #expect(template.resolved { _ in nil } == text)
    }

    @Test(arguments: [
        ("${{", RailwayReferenceError.Code.unterminated, 0), ("x${{A.B", .unterminated, 1),
        ("${{A.B}", .unterminated, 0),
        ("${{}}", .empty, 0), ("ab${{  }}", .empty, 2), ("${{A.${{B.C}}}}", .nested, 0), ("${{A.}}", .invalidName, 0),
        ("${{.A}}", .invalidName, 0), ("${{A B}}", .invalidName, 0), ("${{A.1B}}", .invalidName, 0),
        ("${{A.B-C}}", .invalidName, 0),
    ])
    func malformedReferenceIsRefusedWithItsPlace(_ text: String, _ code: RailwayReferenceError.Code, _ offset: Int) {
        #expect(throws: RailwayReferenceError(code: code, offset: offset)) { try RailwayTemplate(parsing: text) }
    }

    @Test func functionOfDeploymentTemplatesIsNoReference() throws {
        let template = try RailwayTemplate(parsing: "${{ secret(32, \"ab}}\") }}")
        #expect(template.parts == [.templateFunction("secret")])
        #expect(template.resolved { _ in "x" } == nil)
    }

    @Test func descriptionsShowNoLiteralText() throws {
        let template = try RailwayTemplate(parsing: "hunter2${{A.B}}")
        #expect(!String(describing: template).contains("hunter2"))
        #expect(!String(reflecting: template.parts).contains("hunter2"))
        var dumped = ""
        dump(template, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test func millionReferencesAreRefusedByTheirLimit() {
        let text = String(repeating: "${{A}}", count: 1_000_000)
        #expect(throws: RailwayReferenceError(code: .tooMany, offset: 6 * RailwayTemplate.maximumParts)) {
            try RailwayTemplate(parsing: text)
        }
    }
}
