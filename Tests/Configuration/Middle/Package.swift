// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "Middle",
    products: [.library(name: "Middle", targets: ["Middle"])],
    dependencies: [.package(name: "swift-groundwork", path: "../../..")],
    targets: [.target(name: "Middle", dependencies: [.product(name: "EnvSchema", package: "swift-groundwork")])],
    swiftLanguageModes: [.v6]
)
