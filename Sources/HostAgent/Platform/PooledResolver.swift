import Glibc
import NIOCore
import NIOPosix

/// Asks the system for a name's addresses, on a thread that may wait for them.
final class PooledResolver: Resolver, Sendable {
    private struct Addresses: Sendable {
        var v4: [SocketAddress] = []
        var v6: [SocketAddress] = []
    }

    private let loop: any EventLoop
    private let v4: EventLoopPromise<[SocketAddress]>
    private let v6: EventLoopPromise<[SocketAddress]>

    init(loop: any EventLoop) {
        self.loop = loop
        v4 = loop.makePromise()
        v6 = loop.makePromise()
    }

    /// Both kinds come of one question, which the other method asks.
    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { v4.futureResult }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        let addresses = NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
            try Self.addresses(of: host, port: port)
        }
        addresses.map(\.v6).cascade(to: v6)
        addresses.map(\.v4).cascade(to: v4)
        return v6.futureResult
    }

    /// The system's question goes on; nobody hears its answer.
    func cancelQueries() {}

    private static func addresses(of host: String, port: Int) throws -> Addresses {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &first)
        guard status == 0 else {
            throw AgentFailure("the name \(host) does not resolve: \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(first) }
        var addresses = Addresses()
        var next = first
        while let entry = next?.pointee {
            let bytes = UnsafeRawPointer(entry.ai_addr)
            switch (entry.ai_family, bytes) {
            case (AF_INET, let bytes?):
                addresses.v4.append(SocketAddress(bytes.load(as: sockaddr_in.self), host: host))
            case (AF_INET6, let bytes?):
                addresses.v6.append(SocketAddress(bytes.load(as: sockaddr_in6.self), host: host))
            default: break
            }
            next = entry.ai_next
        }
        return addresses
    }
}
