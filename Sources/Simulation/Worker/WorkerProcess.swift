import Domain
import DurableStreams
import Time

/// A worker process: claims tasks and carries them out, as DurableStreams' own runner does.
final class WorkerProcess: Process {
    private static let lease = Duration.seconds(300)
    private static let attempts = 8

    private var polls = 0
    private var isBusy = false

    override func begin() {
        isBusy = false
        let name = name
        world.store.call(self, .write, { store in store.change { $0.releaseClaims(of: name, at: store.now) } }) {
            [self] _ in
            poll(after: .zero)
        }
    }

    /// There is a task.
    func kick() { if !isBusy { poll(after: world.random.milliseconds(1...1_000)) } }

    // MARK: - Steps

    private func poll(after wait: Duration) {
        polls += 1
        let number = polls
        after(wait) { [self] in if number == polls, !isBusy { claim() } }
    }

    private func claim() {
        isBusy = true
        let name = name
        world.store.call(
            self,
            .write,
            { store in
                store.change {
                    $0.claimTasks(of: CycleTask.kinds, for: name, limit: 1, lease: Self.lease, at: store.now)
                }
            }
        ) { [self] result in
            guard case .success(let tasks) = result, let task = tasks.first else { return rest() }
            carryOut(task)
        }
    }

    /// Looks again when a task is due, as one that polls every second would.
    private func rest() {
        isBusy = false
        let due = world.store.tables.nextTaskDue ?? world.now + .seconds(3_600)
        poll(after: max(.seconds(1), due - world.now) + world.random.milliseconds(0...1_000))
    }

    private func carryOut(_ task: ClaimedTask) {
        world.tell(name, "begins \(task.kind) of \(task.stream), attempt \(task.attempt)")
        if world.faults.strikes(.workerCrash) { return crash(downFor: world.random.seconds(1...600)) }
        after(world.random.milliseconds(10...20_000)) { [self] in
            guard task.attempt <= Self.attempts, !world.faults.strikes(.taskFails) else {
                return fail(task, isPermanent: task.attempt >= Self.attempts)
            }
            do {
                let messages = try LaneWork(world).carryOut(task)
                if world.faults.strikes(.workerPause) { pause(for: world.random.seconds(200...2_000)) }
                after(world.random.milliseconds(10...5_000)) { [self] in finish(task, messages) }
            } catch {
                world.tell(name, "cannot \(task.kind): \(error)")
                fail(task, isPermanent: true)
            }
        }
    }

    private func finish(_ task: ClaimedTask, _ messages: [Message]) {
        if world.faults.strikes(.workerCrash) { return crash(downFor: world.random.seconds(1...600)) }
        world.store.call(self, .write, { store in store.complete(task, messages: messages) }) { [self] result in
            if case .success(false) = result { world.note(.staleClaim) }
            world.tell(name, "ends \(task.kind) of \(task.stream)")
            rest()
        }
    }

    private func fail(_ task: ClaimedTask, isPermanent: Bool) {
        let (error, attempt) = ("it failed on purpose", task.attempt)
        world.store.call(
            self,
            .write,
            { [self] store in
                guard isPermanent else {
                    let delay = min(Duration.seconds(1) * (1 << min(attempt - 1, 20)), .seconds(300))
                    return store.change { $0.retry(task, error: error, after: delay, at: store.now) }
                }
                store.bury(task, error: error, message: failure(of: task, error))
                world.note(.taskGivenUp)
            }
        ) { [self] _ in rest() }
    }

    private func failure(of task: ClaimedTask, _ error: String) -> Message {
        Message(
            id: "\(task.id)/failed",
            stream: task.stream,
            kind: TaskRunner.failureKind,
            body: "{\"task\":\"\(task.id)\",\"kind\":\"\(task.kind)\",\"work\":\(task.body),\"error\":\"\(error)\"}",
            actor: "worker",
            receivedAt: world.now
        )
    }
}
