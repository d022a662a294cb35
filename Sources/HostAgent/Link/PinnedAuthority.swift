import AgentProtocol
import Crypto
import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL

/// The certificate authority of a control plane, known by the SHA-256 of its public key.
///
/// The pin proves the authority, and that alone: whether the server's own certificate is genuine, every later connection checks.
enum PinnedAuthority {
    /// For the connection and for the handshake, each.
    private static let patience = TimeAmount.seconds(10)

    /// The certificate with the pin in the chain that the server shows, as PEM.
    ///
    /// - Parameter pin: lower-case hexadecimal.
    /// - Throws: ``AgentFailure`` when the server shows none; ``LinkFailure`` when it does not answer.
    static func fetch(from server: String, pin: String) async throws -> String {
        guard let address = ServerAddress(server), address.isSecure else {
            throw AgentFailure("--ca-sha256 needs a control plane with https, not \(server)")
        }
        let chain: [NIOSSLCertificate]
        do {
            chain = try await self.chain(at: address)
        } catch {
            throw LinkFailure.unreachable("\(server): \(error)")
        }
        let pins = try chain.map { try Self.pin(of: $0) }
        guard let place = pins.firstIndex(of: pin) else {
            throw AgentFailure(
                """
                \(server) is not the control plane that --ca-sha256 means, or somebody is on the way: none of its \
                \(chain.count) certificates has the pin \(pin); nothing was sent; compare it with `ringmaster activation create`
                """
            )
        }
        return try pem(chain[place])
    }

    /// SHA-256 of the public key as DER SubjectPublicKeyInfo, in lower-case hexadecimal.
    static func pin(of certificate: NIOSSLCertificate) throws -> String {
        Hexadecimal.text(SHA256.hash(data: try certificate.extractPublicKey().toSPKIBytes()))
    }

    // MARK: - Steps

    private static func chain(at address: ServerAddress) async throws -> [NIOSSLCertificate] {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let outcome: Result<[NIOSSLCertificate], any Error>
        do {
            outcome = .success(try await handshake(address, on: group.next()))
        } catch {
            outcome = .failure(error)
        }
        try await group.shutdownGracefully()
        return try outcome.get()
    }

    /// Ends the connection as soon as the chain is seen: nothing is said over it.
    private static func handshake(_ address: ServerAddress, on loop: any EventLoop) async throws -> [NIOSSLCertificate]
    {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        let context = try NIOSSLContext(configuration: tls)
        let chain = loop.makePromise(of: [NIOSSLCertificate].self)
        let isName = (try? SocketAddress(ipAddress: address.host, port: address.port)) == nil
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(patience).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = try NIOSSLClientHandler(
                    context: context,
                    serverHostname: isName ? address.host : nil,
                    customVerificationCallback: { certificates, verdict in
                        chain.succeed(certificates)
                        verdict.succeed(.failed)
                    }
                )
                try channel.pipeline.syncOperations.addHandlers(handler, FailedHandshake(chain: chain))
            }
        }
        do {
            let channel = try await bootstrap.connect(host: address.host, port: address.port).get()
            let limit = loop.scheduleTask(in: patience) {
                chain.fail(AgentFailure("no certificate came within 10 seconds"))
            }
            defer {
                limit.cancel()
                channel.close(promise: nil)
            }
            return try await chain.futureResult.get()
        } catch {
            chain.fail(error)
            throw error
        }
    }

    private static func pem(_ certificate: NIOSSLCertificate) throws -> String {
        let text = Data(try certificate.toDERBytes()).base64EncodedString(options: [
            .lineLength64Characters, .endLineWithLineFeed,
        ])
        return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
    }
}

/// Tells of a connection that ends before its chain is seen.
private final class FailedHandshake: ChannelInboundHandler {
    typealias InboundIn = Any

    private let chain: EventLoopPromise<[NIOSSLCertificate]>

    init(chain: EventLoopPromise<[NIOSSLCertificate]>) { self.chain = chain }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        chain.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        chain.fail(AgentFailure("the connection ended before a certificate came"))
        context.fireChannelInactive()
    }
}
