// swift-tools-version: 6.2
import PackageDescription

/// Compiler settings of every target of ours: Swift 6 language mode is the default for these tools.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A target with the settings of all.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "ringmaster",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // Core
        module("Time"),
        module("AgentProtocol", ["Time"]),
        module("Domain", ["Time"]),
        module("Scheduling", ["Domain", "Time"]),

        // Storage and engine
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "CLinuxEvents"),
        module("Postgres", ["CLibPQ", "CLinuxEvents", "Time", crypto, deque, logging]),
        module("DurableStreams", ["Postgres", "Time", crypto, deque, heap, logging]),

        // Application
        module("PatchStreams", ["AgentProtocol", "Domain", "DurableStreams", "Time"]),
        module(
            "ReadModels",
            ["AgentProtocol", "Domain", "DurableStreams", "PatchStreams", "Postgres", "Time", crypto, logging]
        ),
        module(
            "ControlPlane",
            [
                "AgentProtocol", "Domain", "DurableStreams", "PatchStreams", "ReadModels", "Scheduling", "Time",
                "Workflows", crypto, logging,
            ]
        ),

        module("Workflows", ["Domain", "Scheduling", yams]),

        // Edges
        module(
            "API",
            ["AgentProtocol", "ControlPlane", "ReadModels", "Time", crypto, hummingbird, hummingbirdTLS, lifecycle, nioSSL]
        ),
        module("Client", ["AgentProtocol", asyncHTTPClient, nioCore, nioHTTP1]),

        // Tests
        tests("ArchitectureTests", []),
        tests("TimeTests", ["Time"]),
    ]
)
