import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Speaks bytes to a port of this machine.
struct RawClient: Sendable {
    let port: Int

    /// Sends the parts and reads to the end of the connection; what the server does not take any more is not sent.
    ///
    /// - Returns: the beginning of the answer.
    func exchange(_ parts: [String]) async throws -> String { try await exchange(bytes: parts.map { Array($0.utf8) }) }

    /// - Parameter pause: after each part.
    func exchange(bytes parts: [[UInt8]], pause: Duration = .zero) async throws -> String {
        let channel = try await connect()
        return try await channel.executeThenClose { inbound, outbound in
            for part in parts {
                // A server that has heard enough closes: its answer counts then.
                do { try await outbound.write(ByteBuffer(bytes: part)) } catch { break }
                if pause > .zero { try await Task.sleep(for: pause) }
            }
            return String(decoding: try await Self.read(inbound).first, as: UTF8.self)
        }
    }

    /// Sends a request and reads nothing until `wait` is over.
    ///
    /// - Returns: how many bytes then come to the end of the connection.
    func request(_ text: String, wait: () async throws -> Void) async throws -> Int {
        let channel = try await connect()
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            try await wait()
            return try await Self.read(inbound).count
        }
    }

    private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
    }

    /// A connection that is reset is at its end, too.
    private static func read(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> (
        first: [UInt8], count: Int
    ) {
        var (first, count) = ([UInt8](), 0)
        do {
            for try await buffer in inbound {
                if first.count < 4_096 { first += buffer.readableBytesView.prefix(4_096) }
                count += buffer.readableBytes
            }
        } catch is IOError {
            return (first, count)
        }
        return (first, count)
    }
}

/// Counts the connections that a server closed for being too slow, by its log.
final class SlowClosings: Sendable {
    private let closed = Mutex(0)

    var count: Int { closed.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { [self] _ in Handler(closings: self) }
        logger.logLevel = .debug
        return logger
    }

    private struct Handler: LogHandler {
        let closings: SlowClosings
        var logLevel = Logger.Level.debug
        var metadata: Logger.Metadata = [:]

        init(closings: SlowClosings) { self.closings = closings }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            if "\(event.message)".contains("too slow") { closings.closed.withLock { $0 += 1 } }
        }
    }
}
