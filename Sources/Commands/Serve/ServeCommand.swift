package import ArgumentParser
import Logging
import Telemetry

/// Runs the control plane.
package struct ServeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the control plane.",
        discussion: """
            Without a connection string it runs a private PostgreSQL in the data folder and keeps it across restarts. SIGTERM drains: \
            requests under way are answered, the flush under way is finished, shards are given up.

            It serves HTTPS with the certificate that `ringmaster ca init` made in the data folder, or with your own. Without one it \
            listens on this machine's own addresses alone, for tokens and codes would go over the wire for all to read.

            Several processes may share one PostgreSQL; give each the roles it is for. They must have the same order key, the \
            same seal key and the same workflows: a server that starts disables the schedules of workflows that it does not have.

            Examples:
              ringmaster serve
              ringmaster serve --data /var/lib/ringmaster --listen 0.0.0.0:7440
              ringmaster serve --listen 0.0.0.0:7440 --tls-certificate cert.pem --tls-key key.pem
              ringmaster serve --database "host=db.example dbname=ringmaster" --roles engine,worker
              ringmaster serve --oidc-issuer https://id.example/ --oidc-audience ringmaster --oidc-roles roles.json
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Option(help: ArgumentHelp("Where operators and agents reach it.", valueName: "host:port"))
    var listen = ListenAddress.standard

    @Option(
        help: ArgumentHelp(
            "Where AWS's tools reach it, too; they always do at / of --listen.",
            valueName: "host:port"
        )
    )
    var awsListen: ListenAddress?

    @Option(
        help: ArgumentHelp(
            "The ringmaster-agent for Linux that hosts with a stock amazon-ssm-agent fetch and run.",
            valueName: "file"
        )
    )
    var agentBinary: String?

    @Option(
        help: ArgumentHelp(
            "The same by architecture: a folder with ringmaster-agent-x86_64, ringmaster-agent-aarch64, or both.",
            valueName: "folder"
        )
    )
    var agentBinaries: String?

    @Option(
        help: ArgumentHelp(
            "The base URL by which such hosts reach it (default: as their stock agents do).",
            valueName: "url"
        )
    )
    var agentURL: String?

    @Option(help: ArgumentHelp("What this process does: any of api, engine, worker.", valueName: "roles"))
    var roles = Roles.all

    @Option(
        help: ArgumentHelp(
            "Where /metrics and /healthz of a process without the role api are; with it they are where operators are.",
            valueName: "host:port"
        )
    )
    var metrics: ListenAddress?

    @Option(help: ArgumentHelp("The folder of workflow definitions.", valueName: "folder"))
    var workflows = "workflows"

    @Option(
        help: ArgumentHelp(
            "The key that signs orders; made on first use (default: order.key in the data folder).",
            valueName: "file"
        )
    )
    var orderKey: String?

    @Option(
        help: ArgumentHelp(
            "The key that seals what is believed of the database; made on first use (default: seal.key in the data folder).",
            valueName: "file"
        )
    )
    var sealKey: String?

    @Flag(
        help: """
            Believe and seal what a database without any seal holds: once, after an update from before the seals, or after a backup of \
            before them was restored. Without it such a database is refused.
            """
    )
    var sealExisting = false

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A word of the command that signs an order in the order key's place; once for each word. It gets the bytes on one "
                + "line of standard input, in base64, and answers their Ed25519 signature so.",
            valueName: "word"
        )
    )
    var orderSigner: [String] = []

    @Option(help: ArgumentHelp("The public key of what it signs with.", valueName: "base64"))
    var orderSignerKey: String?

    @Option(
        help: ArgumentHelp(
            "The operator token; made on first use (default: operator.token in the data folder).",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "The secrets of webhooks, a file for each destination (default: secrets in the data folder).",
            valueName: "folder"
        )
    )
    var secrets: String?

    @Option(
        help: ArgumentHelp(
            "A PEM certificate chain: serve HTTPS (otherwise tls/server.pem in the data folder, if it is there).",
            valueName: "file"
        )
    )
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The certificate's private key, PEM.", valueName: "file"))
    var tlsKey: String?

    @OptionGroup var identity: IdentityOptions

    @Flag(
        help: """
            Serve FleetLock (/v1/pre-reboot, /v1/steady-state) for the groups of reboot slots that the policy opens to it. Its \
            clients prove nothing: whoever reaches the address can take those slots.
            """
    )
    var fleetlock = false

    @Flag(
        name: .customLong("insecure-http"),
        help: "Serve plain HTTP to other machines, too, when there is no certificate."
    )
    var insecureHTTP = false

    @Option(
        help: ArgumentHelp(
            "Send traces to this receiver of OTLP over HTTP, such as http://127.0.0.1:4318 (otherwise none are made).",
            valueName: "url"
        )
    )
    var otlpEndpoint: String?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning or error.", valueName: "level"))
    var logLevel = "info"

    package init() {}

    package func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level is trace, debug, info, notice, warning or error, not \(logLevel)")
        }
        guard orderSigner.isEmpty == (orderSignerKey == nil) else {
            throw ValidationError(
                "orders are signed by another program with both --order-signer and --order-signer-key"
            )
        }
        guard awsListen == nil || roles.set.contains(.api) else {
            throw ValidationError("--aws-listen is for a process with the role api")
        }
        guard agentBinary == nil || agentBinaries == nil else {
            throw ValidationError("--agent-binary is for all hosts, --agent-binaries by architecture: give one of them")
        }
        if let otlpEndpoint, TraceReceiver(url: otlpEndpoint) == nil {
            throw ValidationError("--otlp-endpoint is an address such as http://127.0.0.1:4318, not \(otlpEndpoint)")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("HTTPS needs both --tls-certificate and --tls-key")
        }
    }

    package func run() async throws {
        let logger = ServerLog.logger("ringmaster", level: Logger.Level(rawValue: logLevel) ?? .info)
        let tls = try ServerTLS.find(self)
        for listen in [listen, awsListen].compactMap(\.self)
        where tls == nil && roles.set.contains(.api) && !listen.isLoopback {
            guard insecureHTTP else { throw Self.exposed(listen) }
            logger.warning(
                "serving plain HTTP: whoever is on the way reads tokens and codes; `ringmaster ca init` makes a certificate",
                metadata: ["http.listen": "\(listen.defaultValueDescription)"]
            )
        }
        try await Server(command: self, tls: tls, logger: logger).run()
    }

    private static func exposed(_ listen: ListenAddress) -> CommandFailure {
        CommandFailure(
            "will not serve plain HTTP on \(listen.defaultValueDescription), where others read tokens and codes on the way: "
                + "make a certificate with `ringmaster ca init`, name yours with --tls-certificate and --tls-key, or give "
                + "--insecure-http",
            exitCode: .validationFailure
        )
    }
}
