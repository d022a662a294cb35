package import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOSSL
package import ServiceLifecycle

/// The HTTP server around the routes.
package enum HTTPServer {
    /// A connection without a request for so long is closed; longer than the longest wait for orders.
    private static let idleTimeout = TimeAmount.seconds(90)
    /// Connections that wait to be taken: agents come back all at once, and the kernel lets those beyond it wait for seconds.
    private static let backlog = 4_096

    /// - Parameter certificate: PEM files of the chain and of its key; nil serves plain HTTP.
    package static func make(
        routes: Router<BasicRequestContext>,
        host: String,
        port: Int,
        certificate: (chain: String, key: String)?,
        logger: Logger
    ) throws -> any Service {
        let http = HTTPServerBuilder.http1(configuration: .init(idleTimeout: idleTimeout))
        let server =
            try certificate.map { try HTTPServerBuilder.tls(http, tlsConfiguration: tls($0.chain, $0.key)) } ?? http
        return Application(
            router: routes,
            server: server,
            configuration: .init(
                address: .hostname(host, port: port),
                serverName: "ringmaster",
                backlog: backlog
            ),
            onServerRunning: { channel in
                let address = channel.localAddress.map { "\($0)" } ?? "\(host):\(port)"
                logger.notice(
                    "listening",
                    metadata: ["http.address": "\(address)", "http.tls": "\(certificate != nil)"]
                )
            },
            logger: logger
        )
    }

    private static func tls(_ chain: String, _ key: String) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(chain).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }
}
