// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "mail-benchmark",
    dependencies: [.package(name: "swift-groundwork", path: "../../..")],
    targets: [
        .executableTarget(
            name: "mail-bench",
            dependencies: [.product(name: "Mailer", package: "swift-groundwork")]
        )
    ],
    swiftLanguageModes: [.v6]
)
