import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage

/// moto's server: services of AWS that speak their protocols, with all in memory.
///
/// `scripts/test` installs it.
package enum MotoServer {
    /// Beside the build; nil where it is not installed.
    package static let program = executable("moto_server")
    /// The Python that has moto and boto3.
    package static let python = executable("python3")

    /// Runs one beside the body, which gets its port on this machine.
    package static func with(_ body: @Sendable (_ port: Int) async throws -> Void) async throws {
        let port = try freePort()
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        guard let program else { throw MotoFailure("moto's server is not installed: scripts/test does it") }
        let words = ["--pdeathsig", "TERM", "--", program, "-H", "127.0.0.1", "-p", String(port)]
        _ = try await Subprocess.run(
            .path("/usr/bin/setpriv"),
            arguments: Arguments(words),
            platformOptions: options,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            try await waitUntilUp(port)
            try await body(port)
            _ = kill(execution.processIdentifier.value, SIGTERM)
        }
    }

    // MARK: - Steps

    private static func executable(_ name: String) -> String? {
        let build = URL(filePath: #filePath).appending(path: "../../../.build").standardized.path
        let path = "\(build)/moto/bin/\(name)"
        return access(path, X_OK) == 0 ? path : nil
    }

    private static func waitUntilUp(_ port: Int) async throws {
        for _ in 0..<600 {
            if try withSocket(port, { connect($0, $1, $2) }) == 0 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw MotoFailure("moto's server does not answer at port \(port)")
    }

    private static func freePort() throws -> Int {
        var port = 0
        _ = try withSocket(0) { descriptor, address, length in
            var (length, given) = (length, sockaddr_in())
            guard bind(descriptor, address, length) == 0 else { return -1 }
            return withUnsafeMutablePointer(to: &given) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                    defer { port = Int(UInt16(bigEndian: pointer.pointee.sin_port)) }
                    return getsockname(descriptor, raw, &length)
                }
            }
        }
        guard port > 0 else { throw MotoFailure("no port is free") }
        return port
    }

    private static func withSocket(
        _ port: Int,
        _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw MotoFailure("there is no socket: \(errno)") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

private struct MotoFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
