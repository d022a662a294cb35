import Client
import Commands
import Foundation
import Synchronization

/// A `ringmaster serve` that is struck and started again, on one address and one data folder.
final class Server: Sendable {
    private enum State {
        case down(ChildProgram.Ending?)
        case wanted
        case up(Int32)
    }

    /// A server that does not come up, or go down, within this is broken.
    private static let patience = Duration.seconds(60)

    let name: String
    let url: String
    let log: String
    private let data: String
    private let token: String
    private let program: ChildProgram
    private let state = Mutex(State.down(nil))
    /// It was told to end, or struck so that it must.
    private let isStruck = Mutex(false)

    init(_ name: String, of folder: String, conninfo: String) throws {
        let port = try FreePort.find()
        self.name = name
        url = "http://127.0.0.1:\(port)"
        data = "\(folder)/\(name)"
        log = "\(folder)/\(name).log"
        token = folder + "/operator.token"
        program = ChildProgram(
            try Self.executable,
            [
                "serve", "--data", data, "--workflows", "workflows", "--listen", "127.0.0.1:\(port)",
                "--order-key", folder + "/order.key", "--seal-key", folder + "/seal.key", "--token-file", token,
                "--database", "\(conninfo) application_name='server \(name)'",
            ],
            log: log
        )
    }

    /// The name of its engine; it is the same in all its lives.
    var engine: String {
        get throws {
            let text = try String(contentsOfFile: data + "/process.name", encoding: .utf8)
            return String(text.prefix { $0 != "\n" })
        }
    }

    var client: ControlPlaneClient {
        get throws { ControlPlaneClient(server: url, token: try OperatorToken(file: token)) }
    }

    /// Another command of the program that it runs.
    func command(_ arguments: String...) throws -> ChildProgram {
        ChildProgram(try Self.executable, arguments, log: log)
    }

    /// Beside this program, where the build puts both.
    private static var executable: String {
        get throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: own).deletingLastPathComponent().path + "/ringmaster"
        }
    }

    /// Whether this life's engine began by deciding one by one, for those before it ended too often.
    var beganCarefully: Bool {
        get throws {
            let text = try String(contentsOfFile: log, encoding: .utf8)
            let life = text.range(of: "engine started", options: .backwards).map { text[$0.lowerBound...] } ?? text[...]
            return life.contains("deciding one by one")
        }
    }

    // MARK: - Its lives

    /// Runs it whenever it is wanted.
    ///
    /// - Throws: when it ends without having been struck.
    func run() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(10))
            guard case .wanted = state.withLock({ $0 }) else { continue }
            let ending = try await program.runBeside { process in state.withLock { $0 = .up(process) } }
            state.withLock { $0 = .down(ending) }
            guard isStruck.withLock({ $0 }) else { throw program.failure(ending) }
        }
    }

    /// Starts it and waits until it is ready.
    func start() async throws {
        isStruck.withLock { $0 = false }
        state.withLock { $0 = .wanted }
        try await wait(for: "server \(name) is ready", atMost: Self.patience) { try await client.isReady() }
    }

    func strike(_ signal: Int32) throws {
        if [SIGKILL, SIGTERM].contains(signal) { isStruck.withLock { $0 = true } }
        guard case .up(let process) = state.withLock({ $0 }), kill(process, signal) == 0 else {
            throw Broken("server \(name) was not there to be struck")
        }
    }

    /// Waits until the process is gone.
    @discardableResult
    func ended() async throws -> ChildProgram.Ending {
        let end = ContinuousClock.now + Self.patience
        while true {
            if case .down(let ending?) = state.withLock({ $0 }) { return ending }
            guard ContinuousClock.now < end else { throw Broken("server \(name) does not end") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Tells it to end and waits until it has, in good order.
    ///
    /// - Returns: how long that took.
    @discardableResult
    func drain() async throws -> Duration {
        let began = ContinuousClock.now
        try strike(SIGTERM)
        let ending = try await ended()
        guard ending.isSuccess else { throw Broken("server \(name), told to end, ended with \(ending.status)") }
        return ContinuousClock.now - began
    }
}
