// swift-tools-version: 6.3
import PackageDescription

// Apart from everything else: jwt-kit brings a whole cryptographic library that is built from source.
let package = Package(
    name: "jwt-benchmark",
    platforms: [.macOS(.v13)],
    dependencies: [
        .package(name: "apple-benchmark", path: ".."),
        .package(url: "https://github.com/vapor/jwt-kit.git", exact: "5.7.1"),
    ],
    targets: [
        .executableTarget(
            name: "jwt-bench",
            dependencies: [
                .product(name: "CMallocCount", package: "apple-benchmark"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
