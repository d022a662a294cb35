import Glibc
import Synchronization
import TestSupport

/// A server on a Unix socket that a test writes itself: it relays to a real one and misbehaves, or answers by a script.
///
/// It runs on threads of its own, so a test may wait for it.
final class FakeServer: Sendable {
    typealias Serve = @Sendable (CInt) -> Void

    /// The folder of the socket; `host` of a connection string.
    let folder: String
    private let listener: CInt

    init(_ serve: @escaping Serve) throws {
        folder = try TemporaryFolder.make()
        listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        let path = "\(folder)/.s.PGSQL.5432"
        let isBound = Self.withAddress(path) { bind(listener, $0, $1) == 0 } && listen(listener, 16) == 0
        guard isBound else { throw TemporaryFolder.Failure(description: "cannot listen on \(path)") }
        Self.startThread { [listener] in
            // Only who uses the descriptor may close it: its number would be another's.
            defer { close(listener) }
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Self.startThread {
                    serve(client)
                    close(client)
                }
            }
        }
    }

    deinit {
        // Ends the thread's waiting.
        shutdown(listener, CInt(SHUT_RDWR))
        unlink("\(folder)/.s.PGSQL.5432")
        rmdir(folder)
    }

    /// Relays to the server whose socket is in `upstream`, and cuts the line instead of handing on the first answer
    /// that comes after the client sent `mark`.
    static func cutting(after mark: String, upstream: String) throws -> FakeServer {
        try FakeServer { client in
            let server = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
            defer { close(server) }
            guard withAddress("\(upstream)/.s.PGSQL.5432", { connect(server, $0, $1) == 0 }) else { return }
            var isMarked = false
            while true {
                var sockets = [
                    pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: server, events: Int16(POLLIN), revents: 0),
                ]
                guard poll(&sockets, 2, -1) > 0 else { return }
                if sockets[1].revents != 0 {
                    guard let answer = receive(from: server), !isMarked, send(answer, to: client) else { return }
                }
                if sockets[0].revents != 0 {
                    guard let request = receive(from: client) else { return }
                    isMarked = isMarked || String(decoding: request, as: UTF8.self).contains(mark)
                    guard send(request, to: server) else { return }
                }
            }
        }
    }

    /// Reads the client's greeting and answers with these messages of the protocol: kind and body; the first connection
    /// gets the first script, and all after the last get that.
    static func answering(_ scripts: [(Unicode.Scalar, [UInt8])]...) throws -> FakeServer {
        let connections = Atomic(0)
        return try FakeServer { client in
            guard receive(from: client) != nil else { return }
            let number = connections.add(1, ordering: .relaxed).oldValue
            let messages = scripts[min(number, scripts.count - 1)]
            let bytes = messages.flatMap { kind, body in
                let length = UInt32(body.count + 4)
                return [UInt8(ascii: kind)] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + body
            }
            guard send(bytes, to: client) else { return }
            // Until the client hangs up.
            while receive(from: client) != nil {}
        }
    }

    // MARK: - Steps

    private static func receive(from socket: CInt) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(socket, &buffer, buffer.count)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    private static func send(_ bytes: [UInt8], to socket: CInt) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private static func withAddress<Value>(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func startThread(_ body: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            },
            Unmanaged.passRetained(Box(body)).toOpaque()
        )
        pthread_detach(thread)
    }
}
