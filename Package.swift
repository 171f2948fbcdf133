// swift-tools-version: 6.3
import PackageDescription

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let envSchemaParts: [Target.Dependency] = [
    "GroundworkBase", "GroundworkEnvModel", "GroundworkDotEnv", "GroundworkEnvValues", "GroundworkEnvSources",
]

let package = Package(
    name: "swift-groundwork",
    products: [
        .library(name: "S3Compat", targets: ["S3Compat"]),
        .library(name: "PGBackup", targets: ["PGBackup"]),
        .library(name: "AppleSignIn", targets: ["AppleSignIn"]),
        .library(name: "Mailer", targets: ["Mailer"]),
        .library(name: "EnvSchema", targets: ["EnvSchema"]),
        .library(name: "EnvSchemaTools", targets: ["EnvSchemaTools"]),
        .library(name: "EnvSchemaAudit", targets: ["EnvSchemaAudit"]),
        .library(name: "EnvSchemaConfiguration", targets: ["EnvSchemaConfiguration"]),
        .library(
            name: "GroundworkTransports",
            targets: ["GroundworkCore", "GroundworkHTTP", "GroundworkCurl", "GroundworkStorage"]
        ),
        .library(name: "GroundworkTesting", targets: ["GroundworkTesting"]),
        .library(name: "S3CompatTesting", targets: ["S3CompatTesting", "LoopbackS3"]),
        .library(name: "PGBackupTesting", targets: ["PGBackupTesting"]),
        .library(name: "AppleSignInTesting", targets: ["AppleSignInTesting"]),
        .library(name: "MailerTesting", targets: ["MailerTesting"]),
    ],
    traits: [
        .trait(name: "SwiftConfiguration", description: "EnvSchemaConfiguration bridges to apple/swift-configuration."),
        .default(enabledTraits: []),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.4.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2", traits: []),
        // Subprocess's API takes its FilePath and FileDescriptor; it is fetched with Subprocess anyway.
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
        // Not even fetched while the trait SwiftConfiguration is off: every use of it stands under the trait.
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: []),
    ],
    targets: [
        // C libraries: one target each, so that an edited header is noticed and each link line follows its users only.
        .target(name: "CGroundworkCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(
            name: "CGroundworkOpenSSL",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]
        ),
        .target(name: "CGroundworkZlib", linkerSettings: [.linkedLibrary("z")]),
        .target(name: "CGroundworkChecksum"),
        .target(name: "CGroundworkSockets"),

        // Shared foundations.
        .target(name: "GroundworkBase"),
        .target(name: "GroundworkCore", dependencies: ["GroundworkBase"]),
        .target(name: "GroundworkHTTP", dependencies: ["GroundworkCore", httpTypes]),
        .target(
            name: "GroundworkCurl",
            dependencies: ["GroundworkCore", "GroundworkHTTP", "CGroundworkCurl", "CGroundworkOpenSSL", httpTypes]
        ),
        .target(name: "GroundworkCrypto", dependencies: ["GroundworkCore", "CGroundworkOpenSSL"]),
        .target(
            name: "GroundworkSockets",
            dependencies: ["GroundworkCore", "CGroundworkOpenSSL", "CGroundworkSockets"]
        ),
        .target(name: "GroundworkStorage", dependencies: ["GroundworkCore"]),

        // Products.
        .target(
            name: "S3Compat",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCurl", "GroundworkCrypto", "GroundworkStorage",
                "CGroundworkChecksum", httpTypes, log,
            ]
        ),
        .target(
            name: "PGBackup",
            dependencies: [
                "GroundworkCore", "GroundworkCrypto", "GroundworkStorage", "CGroundworkZlib", "CGroundworkChecksum",
                subprocess, system, log,
            ]
        ),
        .target(
            name: "AppleSignIn",
            dependencies: ["GroundworkCore", "GroundworkHTTP", "GroundworkCurl", "GroundworkCrypto", httpTypes]
        ),
        .target(
            name: "Mailer",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCurl", "GroundworkCrypto", "GroundworkSockets",
                httpTypes, log,
            ]
        ),
        // EnvSchema in parts that compile beside each other; whoever imports EnvSchema sees one module.
        .target(name: "GroundworkEnvModel", dependencies: ["GroundworkBase"]),
        .target(name: "GroundworkDotEnv"),
        .target(name: "GroundworkEnvValues", dependencies: ["GroundworkBase", "GroundworkEnvModel"]),
        .target(name: "GroundworkEnvSecrets", dependencies: ["GroundworkBase"]),
        .target(
            name: "GroundworkEnvSources",
            dependencies: ["GroundworkBase", "GroundworkEnvModel", "GroundworkDotEnv", "GroundworkEnvSecrets"]
        ),
        .target(name: "EnvSchema", dependencies: envSchemaParts),
        .target(name: "EnvSchemaTools", dependencies: envSchemaParts + ["EnvSchema"]),
        .target(
            name: "EnvSchemaConfiguration",
            dependencies: [
                "GroundworkBase", "GroundworkEnvModel", "EnvSchema",
                .product(
                    name: "Configuration",
                    package: "swift-configuration",
                    condition: .when(traits: ["SwiftConfiguration"])
                ),
            ]
        ),
        .target(
            name: "EnvSchemaAudit",
            dependencies: envSchemaParts + ["GroundworkCrypto", "EnvSchema", "EnvSchemaTools"]
        ),

        // Test kits.
        .target(
            name: "GroundworkTesting",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkStorage", "GroundworkSockets", httpTypes,
            ]
        ),
        // Apart from S3CompatTesting so that it compiles beside S3Compat, not after it.
        .target(
            name: "LoopbackS3",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCrypto", "GroundworkTesting", "CGroundworkChecksum",
                httpTypes,
            ]
        ),
        .target(name: "S3CompatTesting", dependencies: ["LoopbackS3", "S3Compat"]),
        .target(
            name: "PGBackupTesting",
            dependencies: ["GroundworkCore", "GroundworkStorage", "GroundworkTesting", "PGBackup"]
        ),
        .target(
            name: "AppleSignInTesting",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCurl", "GroundworkCrypto", "GroundworkTesting",
                "AppleSignIn",
                httpTypes,
            ]
        ),
        .target(
            name: "MailerTesting",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCrypto", "GroundworkSockets", "GroundworkTesting",
                "Mailer", httpTypes,
            ]
        ),

        // Tests.
        .target(name: "CHangingResolver", path: "Tests/HangingResolver"),
        .target(name: "GroundworkTestProcesses", dependencies: ["GroundworkCore"], path: "Tests/TestProcesses"),
        .testTarget(
            name: "TestProcessesTests",
            dependencies: ["GroundworkCore", "GroundworkTesting", "GroundworkTestProcesses"]
        ),
        .testTarget(
            name: "GroundworkCoreTests",
            dependencies: ["GroundworkCore", "GroundworkTesting", "GroundworkTestProcesses"]
        ),
        .testTarget(
            name: "GroundworkHTTPTests",
            dependencies: ["GroundworkCore", "GroundworkHTTP", "GroundworkCrypto", "GroundworkTesting", httpTypes]
        ),
        .testTarget(
            name: "GroundworkCurlTests",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCurl", "GroundworkTesting", "GroundworkTestProcesses",
                "CHangingResolver", httpTypes,
            ]
        ),
        .testTarget(
            name: "GroundworkCryptoTests",
            dependencies: [
                "GroundworkCore", "GroundworkCrypto", "CGroundworkChecksum", "GroundworkTesting",
                "GroundworkTestProcesses",
            ]
        ),
        .testTarget(
            name: "GroundworkSocketsTests",
            dependencies: [
                "GroundworkCore", "GroundworkSockets", "GroundworkTesting", "GroundworkTestProcesses", httpTypes,
            ]
        ),
        .testTarget(
            name: "GroundworkStorageTests",
            dependencies: ["GroundworkCore", "GroundworkStorage", "GroundworkTesting", "GroundworkTestProcesses"]
        ),
        .testTarget(
            name: "S3CompatTests",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCurl", "GroundworkCrypto", "GroundworkStorage",
                "GroundworkTesting", "GroundworkTestProcesses", "LoopbackS3", "S3Compat", "S3CompatTesting", httpTypes,
                log,
            ]
        ),
        .testTarget(
            name: "PGBackupTests",
            dependencies: [
                "GroundworkCore", "GroundworkCrypto", "GroundworkStorage", "GroundworkTesting", "PGBackup",
                "PGBackupTesting", "CGroundworkZlib", "GroundworkTestProcesses", log,
            ]
        ),
        .testTarget(
            name: "AppleSignInTests",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCurl", "GroundworkCrypto", "GroundworkTesting",
                "GroundworkTestProcesses", "AppleSignIn", "AppleSignInTesting", httpTypes,
            ]
        ),
        .testTarget(
            name: "MailerTests",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCrypto", "GroundworkSockets", "GroundworkTesting",
                "GroundworkTestProcesses", "Mailer", "MailerTesting", httpTypes, log,
            ]
        ),
        .testTarget(
            name: "EnvSchemaTests",
            dependencies: envSchemaParts + ["GroundworkTestProcesses", "EnvSchema", "EnvSchemaTools"],
            exclude: ["DotEnv/Corpus"]
        ),
        .testTarget(
            name: "EnvSchemaAuditTests",
            dependencies: envSchemaParts + [
                "GroundworkCrypto", "GroundworkTestProcesses", "EnvSchema", "EnvSchemaTools", "EnvSchemaAudit",
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "GroundworkCore", "GroundworkHTTP", "GroundworkCurl", "GroundworkCrypto", "GroundworkStorage",
                "GroundworkTesting", "S3Compat", "S3CompatTesting", "PGBackup", "PGBackupTesting",
                "GroundworkTestProcesses", httpTypes,
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where !target.name.hasPrefix("C") {
    var settings = target.swiftSettings ?? []
    if target.type != .test {
        // SE-0458: every call that the compiler cannot prove memory-safe says `unsafe`.
        // Not in tests: the expansions of Swift Testing's macros warn.
        settings.append(.strictMemorySafety())
    }
    // SE-0335: existential types are visible as `any`.
    settings.append(.enableUpcomingFeature("ExistentialAny"))
    // SE-0409: an import is internal unless it shows in the API.
    settings.append(.enableUpcomingFeature("InternalImportsByDefault"))
    // SE-0444: members come only from modules that the file imports.
    settings.append(.enableUpcomingFeature("MemberImportVisibility"))
    // SE-0461: an async function runs where its caller runs; `@concurrent` leaves it.
    settings.append(.enableUpcomingFeature("NonisolatedNonsendingByDefault"))
    // SE-0470: a conformance is isolated as its type is.
    settings.append(.enableUpcomingFeature("InferIsolatedConformances"))
    // SE-0481: weak captures may be `let`.
    settings.append(.enableUpcomingFeature("ImmutableWeakCaptures"))
    // SE-0443: a warning is an error, but a deprecation in a dependency is not.
    settings.append(.treatAllWarnings(as: .error))
    settings.append(.treatWarning("DeprecatedDeclaration", as: .warning))
    target.swiftSettings = settings
}

// Only `make docs` needs the documentation plug-in; nobody else fetches it.
if Context.environment["GROUNDWORK_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin.git", from: "1.4.0"))
}
