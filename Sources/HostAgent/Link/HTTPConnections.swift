import AgentProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// HTTP/1.1 with one server, for few requests at a time; a connection is kept for the next request.
///
/// Nothing in it is libdispatch's, which, once it has begun, wakes a process every second.
final class HTTPConnections: Sendable {
    private let address: ServerAddress
    private let caFile: String?
    /// Of the base URL, without a slash at its end.
    private let path: Substring
    private let tls = Mutex<NIOSSLContext?>(nil)
    private let idle = Mutex<[any Channel]>([])

    /// Runs the body with connections that are closed afterwards.
    ///
    /// - Parameters:
    ///   - base: scheme, host, port and path that all requests begin with.
    ///   - caFile: whose authorities are trusted; nil for the system's.
    static func with<Result: Sendable>(
        base: String,
        caFile: String?,
        _ body: (HTTPConnections) async throws -> Result
    ) async throws -> Result {
        let connections = try HTTPConnections(base: base, caFile: caFile)
        defer { connections.close() }
        return try await body(connections)
    }

    init(base: String, caFile: String?) throws {
        guard let address = ServerAddress(base) else { throw AgentFailure.noAddress(base) }
        self.address = address
        self.caFile = caFile
        let authority = base.firstRange(of: "://").map { base[$0.upperBound...] } ?? ""
        let path = authority.drop { $0 != "/" }
        self.path = path.hasSuffix("/") ? path.dropLast() : path
    }

    /// Sends the request and reads its whole answer.
    ///
    /// - Parameters:
    ///   - limit: for the answer, from when the server is connected to.
    ///   - most: bytes of the answer's body.
    func send(_ request: HTTPCall, within limit: Duration, upTo most: Int) async throws -> HTTPReply {
        let channel: any Channel =
            if let kept = idle.withLock({ take(from: &$0) }) { kept } else {
                try await connect(within: TimeAmount(limit))
            }
        let reply = channel.eventLoop.makePromise(of: HTTPReply.self)
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenFailure(reply.fail)
        let end = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            reply.fail(AgentFailure("no whole answer came within \(limit)"))
            channel.close(promise: nil)
        }
        reply.futureResult.whenComplete { _ in channel.eventLoop.cancelQuietly(end) }
        return try await withTaskCancellationHandler {
            channel.writeAndFlush(HTTPExchange(head(of: request), request.body, most, reply), promise: written)
            let answer = try await reply.futureResult.get()
            if answer.head.isKeepAlive { idle.withLock { $0.append(channel) } } else { channel.close(promise: nil) }
            return answer
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    // MARK: - Steps

    /// The last one that the server has not closed meanwhile.
    private func take(from channels: inout [any Channel]) -> (any Channel)? {
        channels.removeAll { !$0.isActive }
        return channels.popLast()
    }

    private func close() {
        for channel in idle.withLock({ $0 }) { channel.close(promise: nil) }
    }

    /// As requests name the server.
    var host: String {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        return address.port == (address.isSecure ? 443 : 80) ? host : "\(host):\(address.port)"
    }

    func head(of request: HTTPCall) -> HTTPRequestHead {
        var headers = request.headers
        headers.add(name: "Host", value: host)
        if !request.body.isEmpty { headers.add(name: "Content-Length", value: "\(request.body.count)") }
        return HTTPRequestHead(version: .http1_1, method: request.method, uri: path + request.target, headers: headers)
    }

    private func connect(within limit: TimeAmount) async throws -> any Channel {
        let context = address.isSecure ? try context() : nil
        let isName = (try? SocketAddress(ipAddress: address.host, port: address.port)) == nil
        let name = isName ? address.host : nil
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (channel, ready) = try await ClientBootstrap(group: loop)
            .connectTimeout(min(limit, HTTPExchangeHandler.connectTime))
            .resolver(PooledResolver(loop: loop))
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context {
                        try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
                    }
                    try pipeline.addHTTPClientHandlers()
                    let ready = channel.eventLoop.makePromise(of: Void.self)
                    try pipeline.addHandler(HTTPExchangeHandler(isSecure: context != nil, ready: ready))
                    return (channel, ready.futureResult)
                }
            }
        try await ready.get()
        return channel
    }

    /// Made once: it holds all authorities that are trusted.
    private func context() throws -> NIOSSLContext {
        try tls.withLock { made in
            if let made { return made }
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            if let caFile { configuration.trustRoots = .file(caFile) }
            let context = try NIOSSLContext(configuration: configuration)
            made = context
            return context
        }
    }
}

/// What is asked of a server.
struct HTTPCall: Sendable {
    var method: HTTPMethod
    /// Behind the base URL; begins with a slash.
    var target: String
    var headers = HTTPHeaders()
    var body: [UInt8] = []
}

/// What it answers.
struct HTTPReply: Sendable {
    var head: HTTPResponseHead
    var body: ByteBuffer
}
