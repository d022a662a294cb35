import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
package import NIOCore
import NIOSSL
package import ServiceLifecycle
package import Time

/// The HTTP server around the routes.
package enum HTTPServer {
    /// A connection without a request for so long is closed; longer than the longest wait for orders.
    package static let idleTimeout = TimeAmount.seconds(90)
    /// Connections that wait to be taken: agents come back all at once, and the kernel lets those beyond it wait for seconds.
    private static let backlog = 4_096

    /// What the headers of a request may have; a token of an identity provider is the largest that is meant well.
    private static let headerLimits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 << 10,
        maxHeaderListSize: 32 << 10,
        maxHeaderFieldCount: 100
    )
    /// Files that the process opens beside the connections of its clients: of the database, of keys, of uploads.
    private static let otherFiles = 256

    /// - Parameters:
    ///   - certificate: PEM files of the chain and of its key; nil serves plain HTTP.
    ///   - now: the wall clock.
    ///   - pace: how fast bodies must come and answers be taken.
    ///   - addressKey: under which the log says where it listens.
    ///   - idleTimeout: how long a connection may be without a request, or with one whose headers are not all there.
    ///   - listening: told the port once the server listens.
    package static func make(
        routes: ServerRoutes,
        host: String,
        port: Int,
        certificate: (chain: String, key: String)?,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger,
        pace: TransferPace = .standard,
        addressKey: String = "http.address",
        idleTimeout: TimeAmount = idleTimeout,
        listening: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> any Service {
        let responder = RequestResponder(routes, now: now, logger: logger)
        let plain = HTTP1Channel(
            responder: { try await responder.respond(to: $0, $1, $2) },
            configuration: .init(
                additionalChannelHandlers: [TransferGuard(pace: pace, logger: logger)],
                idleTimeout: idleTimeout,
                httpDecoderConfiguration: headerLimits
            )
        )
        let channel: any ServerChildChannel =
            if let certificate {
                FrugalChannel(
                    base: try TLSChannel(
                        plain,
                        tlsConfiguration: tls(certificate.chain, certificate.key, now(), logger)
                    )
                )
            } else {
                FrugalChannel(base: plain)
            }
        return channel.server(
            configuration: ServerConfiguration(
                address: .hostname(host, port: port),
                backlog: backlog,
                availableConnectionsDelegate: MaximumAvailableConnections(mostConnections, logger: logger)
            ),
            onServerRunning: { channel in
                listening(channel.localAddress?.port ?? port)
                let address = channel.localAddress.map { "\($0)" } ?? "\(host):\(port)"
                logger.notice(
                    "listening",
                    metadata: [addressKey: "\(address)", "http.tls": "\(certificate != nil)"]
                )
            },
            eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup,
            logger: logger
        )
    }

    /// As many as the process may have files open; beyond it the kernel lets clients wait.
    private static var mostConnections: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return otherFiles }
        return max(otherFiles, Int(clamping: limit.rlim_cur) - otherFiles)
    }

    /// How long before its end a certificate is complained of.
    private static let renewalTime = Duration.seconds(30 * 86_400)

    private static func tls(
        _ chain: String,
        _ key: String,
        _ now: Timestamp,
        _ logger: Logger
    ) throws -> TLSConfiguration {
        let certificates = try NIOSSLCertificate.fromPEMFile(chain)
        if let end = certificates.first.map({ Timestamp(microseconds: Int64($0.notValidAfter) * 1_000_000) }),
            end < now + renewalTime
        {
            logger.warning(
                "the certificate ends soon, and hosts cannot connect then; renew it and start again",
                metadata: ["tls.certificate": "\(chain)", "tls.end": "\(end)"]
            )
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }
}
