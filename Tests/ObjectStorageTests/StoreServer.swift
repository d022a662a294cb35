import AWSSignature
import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import Subprocess
import SystemPackage
import Testing
import Time

/// moto's S3: a store that speaks the protocol, with all in memory.
///
/// `scripts/test` installs it.
struct StoreServer: Sendable {
    /// Beside the build; nil where it is not installed.
    static let program: String? = {
        let build = URL(filePath: #filePath).appending(path: "../../../.build").standardized.path
        let path = build + "/moto/bin/moto_server"
        return access(path, X_OK) == 0 ? path : nil
    }()

    /// Signed requests count for some minutes; moto takes any time.
    private static let now = Timestamp(microseconds: 1_795_000_000_000_000)

    let port: Int
    var url: String { "http://127.0.0.1:\(port)" }

    /// Runs one beside the body.
    static func with(_ body: @Sendable (StoreServer) async throws -> Void) async throws {
        let store = StoreServer(port: try freePort())
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let words = ["--pdeathsig", "TERM", "--", try #require(program), "-H", "127.0.0.1", "-p", String(store.port)]
        _ = try await Subprocess.run(
            .path("/usr/bin/setpriv"),
            arguments: Arguments(words),
            platformOptions: options,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            try await store.isUp()
            try await body(store)
            _ = kill(execution.processIdentifier.value, SIGTERM)
        }
    }

    /// A request by the owner of everything there.
    @discardableResult
    func request(_ method: String, _ path: String, headers: [(String, String)] = []) async throws -> HTTPClientResponse
    {
        let plain = SignableRequest(
            method: method,
            path: path,
            headers: [("host", "127.0.0.1:\(port)")] + headers,
            payloadHash: SignatureV4.payloadHash([UInt8]())
        )
        let owner = AWSCredentials(accessKeyID: "owner", secretAccessKey: "secret")
        let signed = SignatureV4(region: "us-east-1", service: "s3").signed(plain, by: owner, at: Self.now)
        var request = HTTPClientRequest(url: url + path)
        request.method = .RAW(value: method)
        for header in signed.headers where header.name != "host" {
            request.headers.add(name: header.name, value: header.value)
        }
        return try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    }

    func object(_ path: String) async throws -> [UInt8] {
        let response = try await request("GET", path)
        return Array(try await response.body.collect(upTo: 64 << 20).readableBytesView)
    }

    private func isUp() async throws {
        for _ in 0..<600 {
            if (try? await request("GET", "/moto-api/")) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("moto's server does not answer at \(url)")
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, length) == 0 ? getsockname(descriptor, raw, &length) : -1
            }
        }
        try #require(status == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
