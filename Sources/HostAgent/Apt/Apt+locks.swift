import AgentProtocol
import Glibc

/// Other package managers at work on the host.
extension Apt {
    /// Waits while another process holds a lock of dpkg or apt: a package manager that a former agent started, or somebody else's.
    package func waitForOthers(toRefresh: Bool = false, within limit: Duration) async throws(StepFailure) {
        let pause = Duration.milliseconds(500)
        var waited = Duration.zero
        while let holder = lockHolder(ofIndexesToo: toRefresh) {
            guard waited < limit else {
                throw StepFailure(.lock, "\(holder) is changing packages, and did not end within \(limit)")
            }
            try await sleep(min(pause, limit - waited))
            waited += pause
        }
    }

    /// Who holds a lock, as `process 4711 (apt-get)`.
    private func lockHolder(ofIndexesToo: Bool) -> String? {
        let packages = [options.statusFolder + "/lock-frontend", options.statusFolder + "/lock"]
        for path in packages + (ofIndexesToo ? [options.listsFolder + "/lock"] : []) {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            // No lock file, no lock; and who may not read it may not change packages either.
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            lock.l_whence = Int16(SEEK_SET)
            guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { continue }
            return "process \(lock.l_pid)\(Self.program(of: lock.l_pid).map { " (\($0))" } ?? "")"
        }
        return nil
    }

    /// nil when the process has ended meanwhile.
    private static func program(of process: pid_t) -> String? {
        // What cannot be read is left out of a message that is of use without it.
        let name = try? DurableFile.text("/proc/\(process)/comm")
        return name?.split(separator: "\n").first.map(String.init)
    }
}
