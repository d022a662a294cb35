import CLibPQ
import Glibc
import Logging

/// Opens connections, each on a thread of its own that lives as long as the handshake takes.
///
/// libpq resolves names, and may talk to Kerberos, with blocking calls inside `PQconnectStart` and `PQconnectPoll`;
/// on the loop one dead name server would hold up every connection.
struct Connector: Sendable {
    private let keywords: [(String, String)]
    private let timeout: Duration
    private let logger: Logger
    /// `PQserverVersion` of the oldest server that is supported.
    private static let oldestServer: CInt = 150_000

    init(_ configuration: PostgresConfiguration, logger: Logger) throws(PostgresError) {
        let given = try Self.parse(configuration.conninfo)
        let settings = configuration.sessionSettings.sorted { $0.key < $1.key }
            .map { "-c \($0.key)=\($0.value)" }
            .joined(separator: " ")
        // Later keywords override earlier ones, and `dbname` is expanded in its place.
        keywords = [
            ("application_name", configuration.applicationName),
            ("keepalives", "1"), ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            // Milliseconds that sent data may stay unacknowledged: a server that vanished is noticed in seconds.
            ("tcp_user_timeout", "30000"),
            ("dbname", configuration.conninfo),
            ("options", given["options"].map { "\(settings) \($0)" } ?? settings),
            ("client_encoding", "UTF8"),
        ]
        timeout = configuration.connectTimeout
        self.logger = logger
    }

    /// Answers on the new thread, within the time-out plus what a name server may add to it.
    func open(_ complete: @escaping @Sendable (consuming Result<PQHandle, PostgresError>) -> Void) {
        do {
            try startThread { complete(self.connect()) }
        } catch {
            complete(.failure(error))
        }
    }

    // MARK: - Steps

    private static func parse(_ conninfo: String) throws(PostgresError) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(conninfo, &message) else {
            let reason = message.map { String(cString: $0).trimmed } ?? "out of memory"
            PQfreemem(message)
            throw PostgresError(.invalidConnectionString, "cannot read the connection string: \(reason)")
        }
        defer { PQconninfoFree(options) }
        var given: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { given[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return given
    }

    private func connect() -> Result<PQHandle, PostgresError> {
        let deadline = ContinuousClock.now + timeout
        guard let raw = start() else { return .failure(PostgresError(.connectFailed, "out of memory")) }
        let handle = PQHandle(adopting: raw, logger: logger)
        // Verbose messages carry the SQLSTATE, which libpq does not tell otherwise before it is connected.
        PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
        if let failure = handshake(handle, until: deadline) { return .failure(failure) }
        PQsetErrorVerbosity(raw, PQERRORS_DEFAULT)
        guard PQserverVersion(raw) >= Self.oldestServer else {
            let version = "\(PQserverVersion(raw) / 10_000)"
            let message = "the server is PostgreSQL \(version), but Ringmaster needs 15 or later"
            return .failure(PostgresError(.unsupportedServer, message))
        }
        return .success(handle)
    }

    private func start() -> OpaquePointer? {
        var names = keywords.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values = keywords.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { for text in names + values { free(UnsafeMutablePointer(mutating: text)) } }
        return PQconnectStartParams(&names, &values, 1)
    }

    /// nil when connected.
    private func handshake(_ handle: borrowing PQHandle, until deadline: ContinuousClock.Instant) -> PostgresError? {
        guard PQstatus(handle.raw) != CONNECTION_BAD else { return Self.failure(handle.lastMessage) }
        var wanted = Int16(POLLOUT)
        while true {
            let (seconds, attoseconds) = (deadline - .now).components
            let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else {
                return PostgresError(.connectFailed, "no answer from \(place(of: handle)) within \(timeout)")
            }
            var descriptor = pollfd(fd: handle.socket, events: wanted, revents: 0)
            guard poll(&descriptor, 1, CInt(clamping: milliseconds)) > 0 else { continue }
            switch PQconnectPoll(handle.raw) {
            case PGRES_POLLING_OK: return nil
            case PGRES_POLLING_READING: wanted = Int16(POLLIN)
            case PGRES_POLLING_WRITING: wanted = Int16(POLLOUT)
            default: return Self.failure(handle.lastMessage)
            }
        }
    }

    private func place(of handle: borrowing PQHandle) -> String {
        let host = PQhost(handle.raw).map { String(cString: $0) } ?? "the server"
        let port = PQport(handle.raw).map { String(cString: $0) } ?? ""
        return "\(host) port \(port)"
    }

    /// Reads `… FATAL:  28P01: password authentication failed for user "x"\nLOCATION:  …`.
    private static func failure(_ verbose: String) -> PostgresError {
        let message = verbose.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }.joined(separator: "\n")
        guard let match = message.firstMatch(of: #/:  ([0-9A-Z]{5}): /#) else {
            return PostgresError(.connectFailed, message)
        }
        let state = String(match.1)
        let code = PostgresError.Code(sqlState: state)
        return PostgresError(
            code == .other || code == .connectionLost ? .connectFailed : code,
            message.replacing(match.0, with: ":  "),
            sqlState: state
        )
    }
}
