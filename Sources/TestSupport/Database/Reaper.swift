import Glibc

/// Ends the servers and removes the folders of a test process when that process is gone, however it ended.
///
/// A small shell in a process group of its own reads from a pipe that only this process writes to. The kernel closes the pipe
/// with the process; the shell then ends every server that has its data under the folder.
package enum Reaper {
    private static let script = """
        cd /
        cat > /dev/null
        base=$(readlink -f "$0/postgres")
        pid=$(head -n 1 "$base/data/postmaster.pid" 2> /dev/null)
        if [ -n "$pid" ]; then
            kill -QUIT "$pid" 2> /dev/null
            for step in $(seq 100); do
                kill -0 "$pid" 2> /dev/null || break
                sleep 0.05
            done
        fi
        if [ -n "$base" ]; then rm -rf -- "$base"; fi
        rm -rf -- "$0"
        """

    /// - Parameter folder: a data folder of an embedded server, made for tests.
    package static func watch(_ folder: String) throws {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw failure(errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // The writing end stays open for the life of the process: that is the signal.
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        // The runner of the tests waits until nobody holds its output.
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        // A signal for the process group of the tests must not end the reaper before its work.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let texts = ["sh", "-c", script, folder]
        var arguments: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var processID = pid_t()
        let status = posix_spawn(&processID, "/bin/sh", &actions, &attributes, &arguments, environ)
        guard status == 0 else { throw failure(status) }
    }

    private static func failure(_ number: CInt) -> TemporaryFolder.Failure {
        TemporaryFolder.Failure(description: "cannot start the reaper of test servers: \(String(cString: strerror(number)))")
    }
}
