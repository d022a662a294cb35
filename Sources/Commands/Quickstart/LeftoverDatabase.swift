import EmbeddedPostgres
import Glibc
import Logging

/// A private PostgreSQL that outlived its control plane, as it does when that is killed.
enum LeftoverDatabase {
    /// Stops it, if there is one.
    ///
    /// - Throws: `EmbeddedPostgresError.inUse` when a control plane runs on that folder.
    static func stop(in dataFolder: String) async throws {
        guard access(dataFolder + "/server.lock", F_OK) == 0 else { return }
        let lock = try ServerLock(dataFolder: dataFolder)
        if access(dataFolder + "/postgres/data/postmaster.pid", F_OK) == 0 {
            let logger = ServerLog.logger("quickstart", level: .warning)
            try await EmbeddedPostgres.start(dataFolder: dataFolder, logger: logger).stop()
        }
        withExtendedLifetime(lock) {}
    }
}
