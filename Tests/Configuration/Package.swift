// swift-tools-version: 6.3
import PackageDescription

// Proves the bridge to swift-configuration; see run.sh. Which graph is resolved is chosen by the environment.
let graph = Context.environment["GROUNDWORK_GRAPH"] ?? "trait"

var dependencies: [Package.Dependency] = []
var targets: [Target] = []
if graph == "plain" {
    // No trait: nothing of swift-configuration may be fetched.
    dependencies = [.package(name: "swift-groundwork", path: "../..")]
    targets = [
        .executableTarget(
            name: "Plain",
            dependencies: [.product(name: "EnvSchema", package: "swift-groundwork")]
        )
    ]
} else {
    dependencies = [
        .package(name: "swift-groundwork", path: "../..", traits: ["SwiftConfiguration"]),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: []),
    ]
    if graph == "diamond" {
        // A package in between that uses the schema without the trait.
        dependencies.append(.package(path: "Middle"))
    }
    targets = [
        .executableTarget(
            name: "Bridge",
            dependencies: [
                .product(name: "EnvSchemaConfiguration", package: "swift-groundwork"),
                .product(name: "EnvSchema", package: "swift-groundwork"),
                .product(name: "Configuration", package: "swift-configuration"),
            ] + (graph == "diamond" ? [.product(name: "Middle", package: "Middle")] : [])
        )
    ]
}

let package = Package(
    name: "ConfigurationTest",
    dependencies: dependencies,
    targets: targets,
    swiftLanguageModes: [.v6]
)
