import AWSSignature
import Foundation
import Hummingbird
import NIOCore
import SSMAPI
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The script that stock agents run, by /bin/sh and against a server of the test's own.
@Suite("The launch script", .timeLimit(.minutes(10)))
struct LaunchScriptTests {
    /// What can fetch, as far as this machine has it.
    private static let fetchers = ["curl", "wget"].filter {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
    }

    @Test("fetches the agent once, becomes it, and needs no server at its second start", arguments: fetchers)
    func once(fetcher: String) async throws {
        let host = try LaunchedHost(fetcher: fetcher)
        let first = try await LaunchServer.with { server in
            server.offer(LaunchedHost.agent("one"))
            return try await host.start(LaunchedHost.agent("one"), at: server.url)
        }
        #expect(first.isSuccess && first.output.hasPrefix("fetching the agent "), "\(first)")
        #expect(
            first.output.contains(
                "one: once --state-dir \(host.state) --server \(first.server) --order-key KEY \n"
            ),
            "\(first.output)"
        )
        let second = try await host.start(LaunchedHost.agent("one"), at: first.server)
        #expect(second.isSuccess && second.output.hasPrefix("one: once "), "\(second)")
        #expect(try host.files == [LaunchedHost.digest("one")])
    }

    @Test("runs nothing that is not the agent of that digest, and leaves nothing of it", arguments: fetchers)
    func otherProgram(fetcher: String) async throws {
        let host = try LaunchedHost(fetcher: fetcher)
        try await LaunchServer.with { server in
            server.offer(LaunchedHost.agent("two"), as: LaunchedHost.agent("one"))
            let run = try await host.start(LaunchedHost.agent("one"), at: server.url)
            #expect(!run.isSuccess && run.errors.contains("or what comes is another program"), "\(run)")
            #expect(!run.output.contains("once") && server.requests == 3, "\(run)")
            #expect(try host.files.isEmpty)
        }
    }

    @Test("fetches anew what was cut off, in the download and on the disk", arguments: fetchers)
    func cut(fetcher: String) async throws {
        let host = try LaunchedHost(fetcher: fetcher)
        try await LaunchServer.with { server in
            server.offer(LaunchedHost.agent("one"), cut: 1)
            let run = try await host.start(LaunchedHost.agent("one"), at: server.url)
            #expect(run.isSuccess && run.output.contains("one: once ") && server.requests == 2, "\(run)")
            try host.write("#!/bin/sh\necho half", to: LaunchedHost.digest("one"))
            let next = try await host.start(LaunchedHost.agent("one"), at: server.url)
            #expect(next.isSuccess && next.output.contains("one: once ") && server.requests == 3, "\(next)")
        }
    }

    @Test("keeps the agent that was used last beside the new one, and nothing of an ended fetch")
    func two() async throws {
        let host = try LaunchedHost(fetcher: try #require(Self.fetchers.first))
        try await LaunchServer.with { server in
            for name in ["one", "two", "three"] { server.offer(LaunchedHost.agent(name)) }
            for name in ["one", "two", "one"] {
                #expect(try await host.start(LaunchedHost.agent(name), at: server.url).isSuccess)
            }
            // No process has the highest number.
            try host.write("half", to: "part.4194305")
            #expect(try await host.start(LaunchedHost.agent("three"), at: server.url).isSuccess)
            #expect(try host.files == [LaunchedHost.digest("one"), LaunchedHost.digest("three")].sorted())
        }
    }

    @Test("takes the agent of the machine's architecture, and says what is missing where there is none")
    func architectures() async throws {
        let host = try LaunchedHost(fetcher: try #require(Self.fetchers.first))
        try await LaunchServer.with { server in
            server.offer(LaunchedHost.agent("one"))
            let (own, other) = ("RINGMASTER_AGENT_SHA256_\(LaunchedHost.machine)", "RINGMASTER_AGENT_SHA256_riscv64")
            let digest = LaunchedHost.digest("one")
            let run = try await host.start(digest: "", at: server.url, [own: digest])
            #expect(run.isSuccess && run.output.contains("one: once "), "\(run)")
            let lacking = try await host.start(digest: "", at: server.url, [other: digest])
            #expect(!lacking.isSuccess, "\(lacking)")
            #expect(lacking.errors.contains("put ringmaster-agent-\(LaunchedHost.machine) into"), "\(lacking)")
        }
    }

    @Test("gives the certificate authorities and plain HTTP on to the agent")
    func authorities() async throws {
        let host = try LaunchedHost(fetcher: try #require(Self.fetchers.first))
        try await LaunchServer.with { server in
            server.offer(LaunchedHost.agent("one"))
            let more = [
                "RINGMASTER_CA": Data("PEM\n".utf8).base64EncodedString(), "RINGMASTER_INSECURE_HTTP": "1",
            ]
            let run = try await host.start(LaunchedHost.agent("one"), at: server.url + "/", more)
            #expect(run.isSuccess, "\(run)")
            #expect(run.output.contains(" --server \(server.url) "), "\(run.output)")
            #expect(run.output.contains(" --ca-file \(host.state)/bin/ca.pem --insecure-http \n"), "\(run.output)")
            #expect(try host.content(of: "ca.pem") == "PEM\n")
        }
    }

    @Test("refuses what is no digest before it does anything", arguments: ["../../etc/passwd", "AB", ""])
    func digests(text: String) async throws {
        let host = try LaunchedHost(fetcher: try #require(Self.fetchers.first))
        let run = try await host.start(digest: text, at: "http://127.0.0.1:1")
        #expect(!run.isSuccess && run.errors.contains("RINGMASTER_AGENT_SHA256"), "\(run)")
        #expect(!FileManager.default.fileExists(atPath: host.state))
    }

    @Test(
        "is what shellcheck finds nothing in",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/shellcheck"))
    )
    func shellcheck() async throws {
        let result = try await Subprocess.run(
            .name("shellcheck"),
            arguments: ["--shell=sh", "-"],
            input: .string(LaunchScript.linux.text),
            output: .string(limit: 1 << 20)
        )
        #expect(result.terminationStatus.isSuccess, "\(result.standardOutput)")
    }
}

/// A host with the few programs that the script needs.
private struct LaunchedHost {
    struct Run {
        var server: String
        var isSuccess: Bool
        var output: String
        var errors: String
    }

    private let folder: String

    var state: String { folder + "/state" }

    init(fetcher: String) throws {
        folder = try TemporaryFolder.make()
        try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
        let programs = ["base64", "chmod", "ls", "mkdir", "mv", "rm", "sha256sum", "touch", "uname", fetcher]
        for program in programs {
            let place = ["/usr/bin/", "/bin/"].map { $0 + program }.first(where: FileManager.default.isExecutableFile)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/bin/\(program)",
                withDestinationPath: try #require(place)
            )
        }
        // Nobody wants to wait.
        try FileManager.default.createSymbolicLink(atPath: folder + "/bin/sleep", withDestinationPath: "/bin/true")
        try LaunchScript.linux.text.write(toFile: folder + "/script.sh", atomically: true, encoding: .utf8)
    }

    /// A program that says who it is and what it was given.
    static func agent(_ name: String) -> [UInt8] { Array("#!/bin/sh\necho '\(name):' \"$@\" ''\n".utf8) }

    /// As `uname -m` says it.
    static var machine: String {
        #if arch(arm64)
        "aarch64"
        #else
        "x86_64"
        #endif
    }

    static func digest(_ name: String) -> String { SignatureV4.payloadHash(agent(name)) }

    /// What there is beside the agents' folder, sorted.
    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: state + "/bin").sorted() }
    }

    func content(of name: String) throws -> String {
        try String(contentsOfFile: "\(state)/bin/\(name)", encoding: .utf8)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(state)/bin/\(name)"))
    }

    func start(_ agent: [UInt8], at server: String, _ more: [String: String] = [:]) async throws -> Run {
        try await start(digest: SignatureV4.payloadHash(agent), at: server, more)
    }

    func start(digest: String, at server: String, _ more: [String: String] = [:]) async throws -> Run {
        var values: [Subprocess.Environment.Key: String] = [
            "PATH": folder + "/bin", "RINGMASTER_SERVER": server, "RINGMASTER_AGENT_SHA256": digest,
            "RINGMASTER_ORDER_KEY": "KEY", "RINGMASTER_STATE_DIR": state,
        ]
        for (name, value) in more { values[Subprocess.Environment.Key(stringLiteral: name)] = value }
        let result = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: [folder + "/script.sh"],
            environment: .custom(values),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        return Run(
            server: server,
            isSuccess: result.terminationStatus.isSuccess,
            output: result.standardOutput,
            errors: result.standardError
        )
    }
}

/// Serves agents by their digests.
private final class LaunchServer: Sendable {
    private struct Offer {
        var content: [UInt8]
        /// How many of the next answers break off in the middle.
        var cut: Int
    }

    private struct Cut: Error {}

    private let offers = Mutex<[String: Offer]>([:])
    private let count = Mutex(0)
    private let address = Mutex("")

    var requests: Int { count.withLock { $0 } }
    var url: String { address.withLock { $0 } }

    func offer(_ content: [UInt8], as agent: [UInt8]? = nil, cut: Int = 0) {
        offers.withLock { $0[SignatureV4.payloadHash(agent ?? content)] = Offer(content: content, cut: cut) }
    }

    static func with<Result: Sendable>(_ body: @escaping @Sendable (LaunchServer) async throws -> Result) async throws
        -> Result
    {
        let server = LaunchServer()
        let (started, start) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        router.get("agent/v1/binaries/:digest") { _, context in
            try server.answer(try context.parameters.require("digest"))
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in start.yield(channel.localAddress?.port ?? 0) }
        )
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in started {
                    server.address.withLock { $0 = "http://127.0.0.1:\(port)" }
                    return try await body(server)
                }
                return nil
            }
            defer { group.cancelAll() }
            return try #require(try await group.next() ?? nil)
        }
    }

    private func answer(_ digest: String) throws -> Response {
        count.withLock { $0 += 1 }
        let offer = offers.withLock { offers in
            let offer = offers[digest]
            if let offer, offer.cut > 0 { offers[digest]?.cut -= 1 }
            return offer
        }
        guard let offer else { throw HTTPError(.notFound) }
        let half = offer.cut > 0
        return Response(
            status: .ok,
            body: ResponseBody(contentLength: offer.content.count) { writer in
                try await writer.write(ByteBuffer(bytes: offer.content.prefix(offer.content.count / (half ? 2 : 1))))
                if half { throw Cut() }
                try await writer.finish(nil)
            }
        )
    }
}
