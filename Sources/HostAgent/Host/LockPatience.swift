import AgentProtocol

/// Waits for other package managers.
struct LockPatience: Sendable {
    let clock: any Clock<Duration>

    /// Waits while a process is there that changes packages.
    func wait(within limit: Duration, for holder: () -> Int32?) async throws(StepFailure) {
        let pause = Duration.milliseconds(500)
        let timeLeft = clock.countdown(from: limit)
        while let process = holder() {
            guard timeLeft() > .zero else {
                let holder = ProcessTable().name(of: process)
                throw StepFailure(.lock, "\(holder) is changing packages, and did not end within \(limit)")
            }
            try await self.pause(min(pause, timeLeft()))
        }
    }

    /// Repeats a step while it fails for a lock that another package manager holds; none begins when the time is over.
    func retrying<Answer>(
        within limit: Duration,
        _ step: () async throws(StepFailure) -> Answer
    ) async throws(StepFailure) -> Answer {
        let pause = Duration.seconds(5)
        let timeLeft = clock.countdown(from: limit)
        var failure = StepFailure(.windowClosed, "no time was left to begin: the window's cutoff has passed")
        while timeLeft() > .zero {
            do throws(StepFailure) {
                return try await step()
            } catch {
                guard error.kind == .lock else { throw error }
                failure = error
            }
            try await self.pause(min(pause, max(.zero, timeLeft())))
        }
        throw failure
    }

    func pause(_ duration: Duration) async throws(StepFailure) {
        do {
            try await clock.sleep(for: duration)
        } catch {
            throw StepFailure(.interrupted, "the agent is ending")
        }
    }
}

extension Clock where Duration == Swift.Duration {
    /// Tells what is left of a time that begins now; less than nothing when it is over.
    func countdown(from limit: Duration) -> @Sendable () -> Duration {
        let start = now
        return { limit - start.duration(to: self.now) }
    }
}
