// swift-tools-version: 6.3
import PackageDescription

// Apart from EnvSchema's benchmark, which fetches none of this.
let package = Package(
    name: "env-rival",
    dependencies: [
        .package(url: "https://github.com/apple/swift-configuration.git", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
    ],
    targets: [
        .executableTarget(
            name: "env-rival",
            dependencies: [
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
