import Glibc
package import Subprocess
import SystemPackage

/// A program that serves a port of this machine.
package enum LocalServer {
    /// Runs it beside the body, which gets its port when something listens there, and ends it.
    ///
    /// - Parameter command: the program and its arguments, for a port that is free.
    package static func with(
        _ command: (_ port: Int) -> [String],
        environment: Environment = .inherit,
        _ body: (_ port: Int) async throws -> Void
    ) async throws {
        let port = try freePort()
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        _ = try await Subprocess.run(
            .path("/usr/bin/setpriv"),
            arguments: Arguments(["--pdeathsig", "TERM", "--"] + command(port)),
            environment: environment,
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

    private static func waitUntilUp(_ port: Int) async throws {
        for _ in 0..<600 {
            if try withSocket(port, { connect($0, $1, $2) }) == 0 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw LocalServerFailure("nothing listens at port \(port)")
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
        guard port > 0 else { throw LocalServerFailure("no port is free") }
        return port
    }

    private static func withSocket(
        _ port: Int,
        _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw LocalServerFailure("there is no socket: \(errno)") }
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

private struct LocalServerFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
