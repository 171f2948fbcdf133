// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "env-benchmark",
    dependencies: [.package(name: "swift-groundwork", path: "../../..")],
    targets: [
        .executableTarget(
            name: "env-bench",
            dependencies: [
                .product(name: "EnvSchema", package: "swift-groundwork"),
                .product(name: "EnvSchemaAudit", package: "swift-groundwork"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
