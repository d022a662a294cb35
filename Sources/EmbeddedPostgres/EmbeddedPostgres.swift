package import Logging
import Postgres
import Synchronization

/// A private PostgreSQL for one data folder, run from the installed binaries.
///
/// It listens on a socket in a closed folder only, keeps its data across restarts, and outlives a crash of this
/// process: the next start attaches to it.
package final class EmbeddedPostgres: Sendable {
    package enum Durability: Sendable {
        case full
        /// Loses data when the machine crashes, though not when the server does: for tests.
        case none
    }

    package struct Options: Sendable {
        package var database = "ringmaster"
        package var durability = Durability.full

        package init() {}
    }

    /// What becomes of the server when ``stop()`` is called.
    private enum Ownership {
        /// It is stopped.
        case server
        /// It is stopped unless a server process has come to use it meanwhile.
        case guest
        /// It was there before and is left alone.
        case visitor
    }

    /// libpq's connection string for the database.
    package let conninfo: String
    private let dataFolder: String
    private let control: ServerControl
    private let ownership: Ownership
    private let logger: Logger
    private let isStopped = Mutex(false)

    private static let user = "ringmaster"
    private static let longestBackOff = Duration.seconds(10)
    private static let healthInterval = Duration.milliseconds(250)

    /// Starts the server, or attaches to the one that a crashed process left running, and makes the database.
    ///
    /// For the process that holds the folder's ``ServerLock``; ``stop()`` ends the server in either case.
    package static func start(
        dataFolder: String,
        options: Options = Options(),
        logger: Logger
    ) async throws(EmbeddedPostgresError) -> EmbeddedPostgres {
        let control = try await ServerControl.prepare(dataFolder: dataFolder, options: options, logger: logger)
        _ = try await control.startUnlessRunning()
        return try await ready(control, .server, dataFolder, options, logger)
    }

    /// For tools: uses the server that runs, or starts one for as long as the tool needs it.
    package static func attachOrStart(
        dataFolder: String,
        options: Options = Options(),
        logger: Logger
    ) async throws(EmbeddedPostgresError) -> EmbeddedPostgres {
        let control = try await ServerControl.prepare(dataFolder: dataFolder, options: options, logger: logger)
        let hasStarted = try await control.startUnlessRunning()
        return try await ready(control, hasStarted ? .guest : .visitor, dataFolder, options, logger)
    }

    private static func ready(
        _ control: ServerControl,
        _ ownership: Ownership,
        _ dataFolder: String,
        _ options: Options,
        _ logger: Logger
    ) async throws(EmbeddedPostgresError) -> EmbeddedPostgres {
        let server = EmbeddedPostgres(control, ownership, dataFolder, options, logger)
        let maker = DatabaseMaker(conninfo: server.conninfo(database: "postgres"), logger: logger)
        do {
            try await maker.make(options.database)
        } catch {
            await server.stop()
            throw .unreachable(folder: dataFolder, error)
        }
        return server
    }

    private init(
        _ control: ServerControl,
        _ ownership: Ownership,
        _ dataFolder: String,
        _ options: Options,
        _ logger: Logger
    ) {
        self.control = control
        self.ownership = ownership
        self.dataFolder = dataFolder
        self.logger = logger
        conninfo = Self.conninfo(socketFolder: control.folder.socketFolder, database: options.database)
    }

    /// The connection string for another database of the same server.
    package func conninfo(database: String) -> String {
        Self.conninfo(socketFolder: control.folder.socketFolder, database: database)
    }

    private static func conninfo(socketFolder: String, database: String) -> String {
        let folder = socketFolder.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        return "host='\(folder)' port=5432 user=\(user) dbname='\(database)'"
    }

    /// For a service group: starts the server again whenever it dies, until the task is cancelled; then stops it.
    package func run() async {
        var backOff = Duration.milliseconds(250)
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: control.isRunning ? Self.healthInterval : backOff)
                guard !control.isRunning else {
                    backOff = .milliseconds(250)
                    continue
                }
                logger.warning(
                    "private PostgreSQL died, starting it again",
                    metadata: ["postgres.folder": "\(dataFolder)"]
                )
                _ = try await control.startUnlessRunning()
                logger.notice("private PostgreSQL runs again", metadata: ["postgres.folder": "\(dataFolder)"])
            } catch is CancellationError {
                break
            } catch {
                backOff = min(backOff * 2, Self.longestBackOff)
                logger.error(
                    "private PostgreSQL does not start",
                    metadata: ["error": "\(error)", "retry.in": "\(backOff)"]
                )
            }
        }
        await stop()
    }

    /// Ends the server if it is ours to end: sessions are closed, the data is written out, and the files are left.
    ///
    /// Finishes even when the caller's task is cancelled; a second call does nothing.
    package func stop() async {
        let isFirst = isStopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        guard isFirst, ownership != .visitor else { return }
        let isGuest = ownership == .guest
        // Awaited at once; a task of its own because a cancelled one would kill the program that stops the server.
        await Task { [control, logger, dataFolder] in
            do {
                try await control.stop { isGuest && ServerLock.isHeld(dataFolder: dataFolder) }
            } catch {
                logger.error("private PostgreSQL did not stop", metadata: ["error": "\(error)"])
            }
        }.value
    }
}
