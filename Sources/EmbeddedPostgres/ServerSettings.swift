import Glibc

/// The server's settings, written anew at each start.
enum ServerSettings {
    static func text(
        socketFolder: String,
        durability: EmbeddedPostgres.Durability,
        hasLZ4: Bool
    ) -> String {
        """
        # Written by Ringmaster at each start; put settings of your own into postgresql.local.conf beside this file.

        # Reached only through a socket in a folder that is closed to others.
        listen_addresses = ''
        unix_socket_directories = '\(socketFolder.replacing("'", with: "''"))'
        max_connections = \(durability == .full ? 100 : 800)

        shared_buffers = \(sharedBufferMegabytes)MB
        jit = off
        random_page_cost = 1.1

        # Commits are appended all the time: fewer checkpoints halve the log that follows each of them.
        max_wal_size = \(durability == .full ? "4GB" : "256MB")
        min_wal_size = 80MB
        checkpoint_timeout = 15min
        wal_compression = \(hasLZ4 ? "lz4" : "on")
        default_toast_compression = \(hasLZ4 ? "lz4" : "pglz")

        autovacuum_naptime = 15s
        log_checkpoints = off
        log_min_error_statement = panic
        log_line_prefix = '%m [%p] '
        log_timezone = UTC
        timezone = UTC
        \(durability == .full ? "" : "fsync = off\nfull_page_writes = off\n")
        include_if_exists = 'postgresql.local.conf'

        """
    }

    /// An eighth of the machine's memory, 128 MiB to 1 GiB: the server is not alone on it.
    private static var sharedBufferMegabytes: Int {
        let pages = sysconf(CInt(_SC_PHYS_PAGES))
        let megabytes = pages * sysconf(CInt(_SC_PAGESIZE)) / (1 << 20)
        return min(1_024, max(128, megabytes / 8))
    }
}
