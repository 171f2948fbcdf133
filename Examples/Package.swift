// swift-tools-version: 6.3
import PackageDescription

let groundwork = "swift-groundwork"
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "groundwork-examples",
    dependencies: [
        // With its name: a checkout may lie in a folder of any name but `examples`, this package's own identity.
        .package(name: "swift-groundwork", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.3.0"),
        // The web server of `sign-in`, `backup` and `mail preview --serve`: it depends on nothing but Foundation.
        .package(url: "https://github.com/swhitty/FlyingFox.git", exact: "0.27.1"),
    ],
    targets: [
        .target(name: "Terminal"),
        .executableTarget(
            name: "backup",
            dependencies: [
                "Terminal", arguments, log,
                .product(name: "EnvSchema", package: groundwork),
                .product(name: "EnvSchemaTools", package: groundwork),
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "GroundworkTransports", package: groundwork),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Mailer", package: groundwork),
                .product(name: "PGBackup", package: groundwork),
                .product(name: "S3Compat", package: groundwork),
            ]
        ),
        .executableTarget(
            name: "store",
            dependencies: ["Terminal", arguments, .product(name: "S3Compat", package: groundwork)]
        ),
        .executableTarget(
            name: "env-audit",
            dependencies: [
                "Terminal", arguments,
                .product(name: "EnvSchema", package: groundwork),
                .product(name: "EnvSchemaAudit", package: groundwork),
                .product(name: "EnvSchemaTools", package: groundwork),
            ]
        ),
        .executableTarget(
            name: "sign-in",
            dependencies: [
                "Terminal", arguments,
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "AppleSignIn", package: groundwork),
                .product(name: "AppleSignInTesting", package: groundwork),
                .product(name: "GroundworkTransports", package: groundwork),
            ]
        ),
        .executableTarget(
            name: "mail",
            dependencies: [
                "Terminal", arguments,
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "Mailer", package: groundwork),
                .product(name: "MailerTesting", package: groundwork),
            ]
        ),
        .executableTarget(
            name: "demo",
            dependencies: [
                "Terminal", log,
                .product(name: "PGBackup", package: groundwork),
                .product(name: "PGBackupTesting", package: groundwork),
                .product(name: "S3Compat", package: groundwork),
                .product(name: "S3CompatTesting", package: groundwork),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
        .treatWarning("DeprecatedDeclaration", as: .warning),
    ]
}
