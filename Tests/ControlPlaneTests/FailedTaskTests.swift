import ControlPlane
import ControlPlaneTestSupport
import DurableStreams
import ReadModels
import Synchronization
import Testing

@Suite("Work that fails", .serialized, .timeLimit(.minutes(10)))
struct FailedTaskTests {
    /// Fails the first task of a kind, for good or not, and carries out all others.
    private func failingOnce(_ kind: String, _ error: @escaping @Sendable () -> any Error) -> (@escaping TaskHandler) ->
        TaskHandler
    {
        let isNext = FirstTime()
        return { handler in
            { task in
                if task.kind == kind, isNext.take() { throw error() }
                return try await handler(task)
            }
        }
    }

    @Test(
        "A worker that gives up halts the cycle with its error; resumed, the task is tried again",
        arguments: [
            "open-lanes", "freeze-plan", "write-report",
        ]
    )
    func givenUp(kind: String) async throws {
        let failing = failingOnce(kind) { PermanentTaskFailure("the disk is on fire") }
        try await withControlPlane(work: failing) { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let id = try await controlPlane.startCycle()
            let resuming = Task {
                let view = try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
                try await controlPlane.steer(id, .resume, reason: "")
                return view
            }
            try await fleet.complete(id, of: controlPlane)
            #expect(try await resuming.value.reason == "\(kind) failed: the disk is on fire")
        }
    }

    @Test("A worker that fails in passing is tried again by itself")
    func triedAgain() async throws {
        struct Passing: Error {}
        try await withControlPlane(work: failingOnce("freeze-plan") { Passing() }) { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            #expect(try await controlPlane.cycle(id).state == "running")
        }
    }

    @Test("A window that never opens again is told as such")
    func closedForEver() async throws {
        let workflow = Workflow.oneByOne().replacing(
            "window: { opens: now, duration: 2h, cutoff: 30m }",
            with: #"window: { opens: "at(2020-01-06T02:00:00)", zone: UTC, duration: 2h, cutoff: 30m }"#
        )
        try await withControlPlane(workflow: workflow) { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let start = StartCycle(workflow: "one-by-one", openNow: false, by: "ana")
            let id = try await controlPlane.services.cycles.start(start, key: nil).id
            try await Fleet.carryOut(fleet.agents, of: controlPlane)
            let view = try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
            #expect(
                view.reason?.hasPrefix("open-lanes failed: the window of Debian12-early in site Frankfurt, at(") == true
            )
        }
    }
}

/// True once.
private final class FirstTime: Sendable {
    private let isTaken = Atomic(false)

    func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }
}
