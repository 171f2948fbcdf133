// swift-tools-version: 6.3
import PackageDescription

/// One program per product: what it links shows what an import costs.
let products = ["S3Compat", "PGBackup", "AppleSignIn", "EnvSchema", "EnvSchemaTools", "EnvSchemaAudit"]

let package = Package(
    name: "LinkageTest",
    dependencies: [.package(name: "swift-groundwork", path: "../..")],
    targets: products.map { product in
        .executableTarget(
            name: "Uses\(product)",
            dependencies: [.product(name: product, package: "swift-groundwork")]
        )
    },
    swiftLanguageModes: [.v6]
)
