// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "apple-benchmark",
    products: [.library(name: "CMallocCount", targets: ["CMallocCount"])],
    dependencies: [.package(name: "swift-groundwork", path: "../../..")],
    targets: [
        .target(name: "CMallocCount"),
        .executableTarget(
            name: "apple-bench",
            dependencies: [
                "CMallocCount",
                .product(name: "AppleSignIn", package: "swift-groundwork"),
                .product(name: "AppleSignInTesting", package: "swift-groundwork"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
