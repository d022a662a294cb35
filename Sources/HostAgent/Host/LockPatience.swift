import AgentProtocol
import Glibc

/// Waits for other package managers.
struct LockPatience: Sendable {
    let clock: any Clock<Duration>

    /// Waits while a process is there that changes packages.
    func wait(within limit: Duration, for holder: () -> pid_t?) async throws(StepFailure) {
        let pause = Duration.milliseconds(500)
        var waited = Duration.zero
        while let process = holder() {
            guard waited < limit else {
                let holder = "process \(process)\(Self.program(of: process).map { " (\($0))" } ?? "")"
                throw StepFailure(.lock, "\(holder) is changing packages, and did not end within \(limit)")
            }
            try await sleep(min(pause, limit - waited))
            waited += pause
        }
    }

    /// Repeats a step while it fails for a lock that another package manager holds.
    func retrying<Answer>(
        within limit: Duration,
        _ step: () async throws(StepFailure) -> Answer
    ) async throws(StepFailure) -> Answer {
        let pause = Duration.seconds(5)
        var waited = Duration.zero
        while true {
            do throws(StepFailure) {
                return try await step()
            } catch {
                guard error.kind == .lock, waited < limit else { throw error }
            }
            try await sleep(pause)
            waited += pause
        }
    }

    /// nil when the process has ended meanwhile.
    private static func program(of process: pid_t) -> String? {
        // What cannot be read is left out of a message that is of use without it.
        let name = try? DurableFile.text("/proc/\(process)/comm")
        return name?.split(separator: "\n").first.map(String.init)
    }

    private func sleep(_ duration: Duration) async throws(StepFailure) {
        do {
            try await clock.sleep(for: duration)
        } catch {
            throw StepFailure(.interrupted, "the agent is ending")
        }
    }
}
