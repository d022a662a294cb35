import ArgumentParser
import Commands

/// What agents cost that have nothing to do.
struct IdleBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle",
        abstract: "Memory and CPU of one server with idle long polls, its drain, and their coming back all at once.",
        discussion: """
            A server process with a private PostgreSQL, and enrolled hosts that each hold one long poll open, spread over the time as those \
            of a fleet are. Then the server is told to end, is started again, and all of them come back at the same moment.
            """
    )

    @Option(help: "Hosts, each with a connection of its own.")
    var agents = 10_000

    @Option(help: "How long the idle server is looked at.")
    var seconds = 20

    @Flag(help: "Over TLS, with a certificate of the benchmark's own making.")
    var tls = false

    func run() async throws {
        try await ServerProcess.withFolder { folder in
            var options = try HostFleet.options(data: folder)
            let enrolled = try await ServerProcess.serving(options) { try await HostFleet.enrolled(agents, at: $0) }
            // What enrolling has taken is not what waiting takes: a new server is measured.
            options.certificate = tls ? try await Self.certificate(in: folder) : nil
            let round = IdleRound(seconds: seconds)
            let (idle, drain, settings) = try await ServerProcess.serving(options) { server in
                try await server.withDatabase { client in
                    let meter = Meter(client: client, engine: server.process)
                    let settings = try await Settings.read(client)
                    let (idle, drain) = try await round.idle(enrolled.at(server), server, meter)
                    return (idle, drain, settings)
                }
            }
            let comeBack = try await ServerProcess.serving(options) { server in
                try await round.comeBack(enrolled.at(server))
            }
            let figures = IdleFigures(agents: agents, tls: tls, idle: idle, drain: drain, comeBack: comeBack)
            let bound = "memory of connections and requests; when all come back, the processor: signatures, handshakes"
            try Result(benchmark: "idle", settings: settings, figures: figures, bound: bound).print()
        }
    }

    /// PEM files of a certificate for the loopback address and of its key.
    private static func certificate(in folder: String) async throws -> (chain: String, key: String) {
        let files = (chain: folder + "/server.pem", key: folder + "/server.key")
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=ringmaster", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", files.key, "-out", files.chain,
        ]
        let openssl = ChildProgram("/usr/bin/openssl", arguments, log: folder + "/openssl.log")
        let ending = try await openssl.runToEnd()
        guard ending.isSuccess else { throw openssl.failure(ending) }
        return files
    }
}

struct IdleFigures: Encodable {
    let agents: Int
    let tls: Bool
    let residentMiB: Int
    let highestResidentMiB: Int
    /// Of one core.
    let serverCPUPercent: Double
    let databaseCPUPercent: Double
    let pollsPerSecond: Int
    /// From SIGTERM until the first and the last poll were answered, and until the server and its PostgreSQL had ended.
    let firstReleaseSeconds: Double
    let lastReleaseSeconds: Double
    let downSeconds: Double
    /// Until all that came back at once were answered.
    let comeBackSeconds: Double
    let repeatedRequests: Int
    let finalErrors: Int

    init(agents: Int, tls: Bool, idle: IdleRound.Idle, drain: IdleRound.Drain, comeBack: IdleRound.ComeBack) {
        self.agents = agents
        self.tls = tls
        residentMiB = idle.residentMiB
        highestResidentMiB = idle.highestResidentMiB
        serverCPUPercent = idle.serverCPUPercent.rounded(toPlaces: 1)
        databaseCPUPercent = idle.databaseCPUPercent.rounded(toPlaces: 1)
        pollsPerSecond = Int(idle.pollsPerSecond)
        firstReleaseSeconds = drain.firstRelease.rounded(toPlaces: 1)
        lastReleaseSeconds = drain.lastRelease.rounded(toPlaces: 1)
        downSeconds = drain.down.rounded(toPlaces: 1)
        comeBackSeconds = comeBack.seconds.rounded(toPlaces: 1)
        repeatedRequests = idle.repeated + comeBack.repeated
        finalErrors = idle.final + comeBack.final
    }
}
