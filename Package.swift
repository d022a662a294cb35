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
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let xmlCoder = Target.Dependency.product(name: "XMLCoder", package: "XMLCoder")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A target with the settings of all.
func module(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "ringmaster",
    products: [
        .executable(name: "ringmaster", targets: ["ringmaster"]),
        .executable(name: "ringmaster-agent", targets: ["ringmaster-agent"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // Core
        module("Time"),
        module("AgentProtocol", ["Time"]),
        module("PackageVersions"),
        module("Domain", ["PackageVersions", "Time"]),
        module("Scheduling", ["Domain", "Time"]),
        module("Workflows", ["Domain", "Scheduling", "Time", yams]),
        .systemLibrary(name: "CLibZ", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        module("Advisories", ["CLibZ", "Domain", "Time"]),

        // Host
        module(
            "WindowsScripts",
            resources: [
                .embedInCode("OneShot"), .embedInCode("launch.ps1"), .embedInCode("windows-update.ps1"),
            ]
        ),
        .target(name: "CGlibcFloor"),
        .target(name: "CLinuxAgent"),
        module(
            "HostAgent",
            [
                "AgentProtocol", "AWSSignature", "CLibZ", "CLinuxAgent", "PackageVersions", "Time", "WindowsScripts",
                crypto, logging, nioCore, nioHTTP1, nioPosix, nioSSL, nioTLS, subprocess, system,
            ],
            resources: [
                .embedInCode("Dnf/notices.py"), .embedInCode("Dnf/obstacles.py"), .embedInCode("Dnf/planner.py"),
            ]
        ),
        module("LocalFleet", [crypto, subprocess]),

        // Storage and engine
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "CLinuxEvents"),
        module("Postgres", ["CLibPQ", "CLinuxEvents", "Time", crypto, deque, logging]),
        module("EmbeddedPostgres", ["Postgres", logging, subprocess]),
        module("DurableStreams", ["Postgres", "Time", coreMetrics, crypto, deque, heap, logging, tracing]),
        module("Prometheus", [coreMetrics]),
        .target(
            name: "Schema",
            dependencies: ["Postgres"],
            resources: [.embedInCode("migrations")],
            swiftSettings: settings
        ),

        // Application
        module("PatchStreams", ["AgentProtocol", "Domain", "DurableStreams", "Time"]),
        module(
            "ReadModels",
            ["AgentProtocol", "Domain", "DurableStreams", "PatchStreams", "Postgres", "Time", crypto, logging]
        ),
        module("Evidence", ["Domain", "DurableStreams", "PatchStreams", "Time", asn1, crypto, system]),
        module(
            "ControlPlane",
            [
                "Advisories", "AgentProtocol", "AWSSignature", "Domain", "DurableStreams", "PatchStreams", "ReadModels",
                "Scheduling", "Time", "Workflows", crypto, cryptoExtras, logging,
            ]
        ),

        // Edges
        module(
            "API",
            [
                "AgentProtocol", "ControlPlane", "Domain", "ReadModels", "Time", crypto, httpTypes, hummingbird,
                hummingbirdCore, hummingbirdTLS, lifecycle, logging, nioCore, nioHTTPTypes, nioPosix, nioSSL,
                yams,
            ],
            resources: [.embedInCode("OpenAPI/openapi.yaml")]
        ),
        module(
            "Console",
            [
                "AgentProtocol", "ControlPlane", "Domain", "ReadModels", "Scheduling", "Time", crypto, httpTypes,
                hummingbird, lifecycle, logging, mustache, nioCore,
            ],
            resources: [.embedInCode("Resources")]
        ),
        module(
            "SSMAPI",
            [
                "AgentProtocol", "AWSSignature", "ControlPlane", "Domain", "PatchStreams", "ReadModels", "Time",
                "WindowsScripts", crypto, httpTypes, hummingbird, logging, nioCore,
            ],
            resources: [.embedInCode("Agents/launch.sh")]
        ),
        module("Client", ["AgentProtocol", asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL]),
        module("Probes", ["AgentProtocol", "Domain", asyncHTTPClient, nioCore, nioHTTP1, nioPosix]),
        module("Telemetry", [asyncHTTPClient, logging, nioCore, nioHTTP1, tracing]),
        module("Certificates", [asn1, crypto, x509]),
        module("OpenID", ["AgentProtocol", "Domain", "Time", crypto, jwtKit, logging]),
        module("AWSSignature", ["Time", crypto]),
        module("Deliveries", ["AWSSignature", "Domain", "Time", asyncHTTPClient, crypto, nioCore, nioHTTP1]),
        module(
            "ObjectStorage",
            ["AWSSignature", "Time", asyncHTTPClient, crypto, nioCore, nioHTTP1, nioPosix, system, xmlCoder]
        ),

        // Commands and executables
        module("AgentCommands", ["AgentProtocol", "HostAgent", "Time", argumentParser, logging]),
        module(
            "Commands",
            [
                "Advisories", "AgentProtocol", "API", "Certificates", "Client", "Console", "ControlPlane",
                "Domain",
                "AWSSignature", "Deliveries", "DurableStreams", "EmbeddedPostgres", "Evidence", "LocalFleet",
                "ObjectStorage",
                "OpenID",
                "Postgres", "Probes", "Prometheus", "ReadModels", "Schema", "SSMAPI", "Telemetry", "Time",
                "WindowsScripts", "Workflows",
                argumentParser,
                crypto, hummingbird, lifecycle, logging, nioCore, subprocess, system, tracing, unixSignals,
            ]
        ),
        .executableTarget(name: "ringmaster", dependencies: ["Commands"], swiftSettings: settings),
        .executableTarget(
            name: "ringmaster-agent",
            dependencies: ["AgentCommands", "CGlibcFloor"],
            swiftSettings: settings
        ),

        // The deterministic world
        module(
            "Simulation",
            [
                "AgentProtocol", "ControlPlane", "Domain", "DurableStreams", "HostAgent", "PatchStreams", "ReadModels",
                "Scheduling", "Time", crypto, heap,
            ]
        ),
        .executableTarget(name: "simulate", dependencies: ["Simulation", argumentParser], swiftSettings: settings),

        // Benchmarks, and faults on real processes
        .target(
            name: "SimulatedAgents",
            dependencies: [
                "AgentProtocol", "Commands", "ReadModels", "Time", asyncHTTPClient, crypto, nioCore, nioHTTP1,
                nioSSL,
            ],
            path: "Benchmarks/SimulatedAgents",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "chaos",
            dependencies: [
                "AgentProtocol", "Client", "Commands", "ControlPlane", "Domain", "DurableStreams", "EmbeddedPostgres",
                "PatchStreams", "Postgres", "ReadModels", "Schema", "SimulatedAgents", "Simulation", "Time",
                argumentParser, logging,
            ],
            path: "Benchmarks/Chaos",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "benchmark",
            dependencies: [
                "Advisories", "AWSSignature",
                "AgentProtocol", "Client", "Commands", "ControlPlane", "ControlPlaneTestSupport", "Domain",
                "DurableStreams", "EmbeddedPostgres",
                "Evidence", "PatchStreams", "Postgres", "ReadModels", "Scheduling", "Schema", "SimulatedAgents", "Time",
                argumentParser, asyncHTTPClient, logging, nioCore, nioHTTP1,
            ],
            path: "Benchmarks/Benchmark",
            swiftSettings: settings
        ),

        // Tests
        module("TestSupport", ["EmbeddedPostgres", "Postgres", "WindowsScripts", logging, subprocess, system]),
        tests("AdvisoriesTests", ["Advisories", "Domain", "Time"]),
        tests("AWSSignatureTests", ["AWSSignature", "Time"]),
        tests(
            "DeliveriesTests",
            [
                "AWSSignature", "Deliveries", "Domain", "TestSupport", "Time", asyncHTTPClient, crypto, httpTypes,
                hummingbird, hummingbirdTesting, logging,
                nioCore, subprocess, system,
            ]
        ),
        tests(
            "ObjectStorageTests",
            [
                "AWSSignature", "ObjectStorage", "TestSupport", "Time", asyncHTTPClient, httpTypes, hummingbird,
                hummingbirdTesting,
                logging, nioCore, nioHTTP1, subprocess, system,
            ]
        ),
        tests("AgentProtocolTests", ["AgentProtocol", "Time"]),
        tests(
            "APITests",
            [
                "AgentProtocol", "API", "ControlPlane", "ControlPlaneTestSupport", "Domain", "DurableStreams",
                "ReadModels", "TestSupport", "Time", httpTypes, hummingbird, hummingbirdCore, hummingbirdTesting,
                lifecycle, logging, nioCore, nioPosix,
            ]
        ),
        tests("ArchitectureTests", []),
        tests("CertificatesTests", ["Certificates", asn1, x509]),
        tests(
            "CommandsTests",
            [
                "AgentProtocol", "AWSSignature", "Client", "Commands", "ControlPlane", "Domain", "EmbeddedPostgres",
                "Evidence", "LocalFleet", "ObjectStorage", "PatchStreams", "Postgres",
                "ReadModels", "TestSupport", "Time", "Workflows", argumentParser, logging, subprocess, system,
            ]
        ),
        tests(
            "ConsoleTests",
            [
                "AgentProtocol", "Client", "Console", "ControlPlane", "ControlPlaneTestSupport", "Domain", "OpenID",
                "PatchStreams", "Postgres", "ReadModels", "Time", crypto, httpTypes, hummingbird, hummingbirdTesting,
                logging, nioCore,
            ]
        ),
        module(
            "ControlPlaneTestSupport",
            [
                "AgentProtocol", "AWSSignature", "ControlPlane", "Domain", "DurableStreams", "PatchStreams", "Postgres",
                "ReadModels", "Schema", "TestSupport", "Time", "Workflows", crypto, cryptoExtras, logging,
            ],
            resources: [.embedInCode("Stock/primes.txt")]
        ),
        tests(
            "ControlPlaneTests",
            [
                "AgentProtocol", "AWSSignature", "ControlPlane", "ControlPlaneTestSupport", "Domain", "DurableStreams",
                "HostAgent",
                "PatchStreams", "Postgres", "ReadModels", "Scheduling", "TestSupport", "Time", "Workflows", crypto,
                logging,
            ]
        ),
        tests("DomainTests", ["Domain", "PackageVersions", "Time", subprocess]),
        tests(
            "EvidenceTests",
            ["Domain", "DurableStreams", "Evidence", "PatchStreams", "Time", crypto, subprocess, system]
        ),
        tests("EmbeddedPostgresTests", ["EmbeddedPostgres", "Postgres", "TestSupport", logging]),
        tests(
            "DurableStreamsTests",
            ["DurableStreams", "Postgres", "Prometheus", "TestSupport", "Time", logging]
        ),
        tests(
            "HostAgentTests",
            [
                "AgentProtocol", "AWSSignature", "Certificates", "HostAgent", "LocalFleet", "TestSupport", "Time",
                "ringmaster-agent", crypto, logging,
                nioCore, nioHTTP1,
                nioPosix, nioSSL, subprocess, system,
            ]
        ),
        tests("LocalFleetTests", ["LocalFleet"]),
        tests("OpenIDTests", ["AgentProtocol", "Domain", "OpenID", "Time", crypto, cryptoExtras, logging]),
        tests("PatchStreamsTests", ["AgentProtocol", "Domain", "DurableStreams", "PatchStreams", "Time"]),
        tests(
            "ReadModelsTests",
            [
                "AgentProtocol", "ControlPlane", "ControlPlaneTestSupport", "Domain", "DurableStreams", "PatchStreams",
                "Postgres", "ReadModels", "TestSupport", "Time", logging,
            ]
        ),
        tests(
            "SSMAPITests",
            [
                "AgentProtocol", "API", "AWSSignature", "ControlPlane", "ControlPlaneTestSupport", "Domain",
                "DurableStreams",
                "PatchStreams", "ReadModels", "SSMAPI", "TestSupport", "Time", "WindowsScripts", asyncHTTPClient,
                crypto,
                httpTypes, hummingbird, hummingbirdTesting, logging, nioCore, nioHTTP1, subprocess, system,
            ]
        ),
        tests("SchemaTests", ["Postgres", "Schema", "TestSupport"]),
        tests("ProbesTests", ["Domain", "Probes", nioCore, nioHTTP1, nioPosix]),
        tests("PrometheusTests", ["Prometheus", coreMetrics]),
        tests("PostgresTests", ["Postgres", "TestSupport", "Time", logging]),
        tests("SchedulingTests", ["Domain", "Scheduling", "Time"]),
        tests(
            "ServerProcessTests",
            [
                "AgentProtocol", "ControlPlane", "ControlPlaneTestSupport", "Domain", "DurableStreams", "Postgres",
                "ReadModels", "SSMAPI", "Schema", "TestSupport", "Time", "ringmaster", asyncHTTPClient, crypto,
                httpTypes, hummingbird,
                hummingbirdTesting, nioCore, nioHTTP1, nioSSL, subprocess, system,
            ],
            exclude: ["AWS"]
        ),
        tests("SimulationTests", ["Simulation"]),
        tests("TelemetryTests", ["Telemetry", logging, tracing]),
        tests("TimeTests", ["Time"]),
        tests("WorkflowsTests", ["Domain", "Scheduling", "Workflows", "Time", yams]),
    ]
)
