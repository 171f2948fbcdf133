// swift-tools-version: 6.3
import PackageDescription

let groundwork = "swift-groundwork"

let package = Package(
    name: "groundwork-benchmarks",
    dependencies: [
        .package(name: "swift-groundwork", path: "../..")
    ],
    targets: [
        // An S3 endpoint in a process of its own, so that a client's figures are the client's alone.
        .executableTarget(
            name: "loopback-s3",
            dependencies: [
                .product(name: "GroundworkTransports", package: groundwork),
                .product(name: "S3CompatTesting", package: groundwork),
            ]
        ),
        // The manifests of ten thousand backups.
        .executableTarget(
            name: "many-backups",
            dependencies: [
                .product(name: "GroundworkTransports", package: groundwork),
                .product(name: "PGBackup", package: groundwork),
                .product(name: "S3Compat", package: groundwork),
            ]
        ),
        // The drill of a database.
        .executableTarget(
            name: "drill-rate",
            dependencies: [
                .product(name: "GroundworkTransports", package: groundwork),
                .product(name: "PGBackup", package: groundwork),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
