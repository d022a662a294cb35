import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import HTTPTypes
import HummingbirdTesting
import Logging
import PatchStreams
import Testing

@testable import Console
@testable import ReadModels

/// A cycle as people see and steer it in the console.
@Suite("A cycle in the console", .timeLimit(.minutes(20)))
struct CycleConsoleTests {
    @Test("An engineer sees the gate, approves the plan under the session's name, and aborts with a reason")
    func approveAndAbort() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let cookie = try await console.session(name: "berta")
            let token = try await console.formToken(cookie)
            let today = try await console.get("/console", cookie: cookie).text
            #expect(today.contains("The gate after scan is open") && today.contains("waits for 1 approval"))
            let page = try await console.get("/console/cycles/\(id)", cookie: cookie).text
            let digest = try #require(try await controlPlane.cycle(id).planDigest)
            #expect(page.contains("value=\"\(digest)\"") && page.contains("+01:00"))
            let plan = try await console.get("/console/cycles/\(id)/plan", cookie: cookie).text
            #expect(plan.contains(digest) && plan.contains("acme-tls"))

            var form = ["form-token": token, "stage": "scan", "plan-digest": "0000", "reason": "looks good"]
            let refused = try await console.post("/console/cycles/\(id)/approve", form, cookie: cookie)
            #expect(refused.status == .conflict)
            form["plan-digest"] = digest
            let approved = try await console.post("/console/cycles/\(id)/approve", form, cookie: cookie)
            #expect(approved.headers[.location] == "/console/cycles/\(id)")
            let gate = try await controlPlane.cycle(id, "past the gate") { $0.stage("scan")?.gate?.state == "passed" }
            #expect(gate.stage("scan")?.gate?.approvals.map(\.by) == ["berta"])
            #expect(gate.stage("scan")?.gate?.approvals.map(\.reason) == ["looks good"])

            let abort = "/console/cycles/\(id)/abort"
            #expect(
                try await console.post(abort, ["form-token": token, "reason": ""], cookie: cookie).status == .badRequest
            )
            #expect(try await console.post(abort, ["reason": "bad"], cookie: cookie).status == .forbidden)
            let done = try await console.post(abort, ["form-token": token, "reason": "bad patch <b>"], cookie: cookie)
            #expect(done.status == .seeOther)
            let after = try await console.get("/console/cycles/\(id)", cookie: cookie).text
            #expect(after.contains("bad patch &lt;b&gt;"))
            let decisions = try await console.get("/console/activity?only=decisions", cookie: cookie).text
            #expect(decisions.contains("cycle.abort-requested.v1") && decisions.contains(">berta<"))
            let entry = try await console.controlPlane.services.audit.latest(1, month: nil).entries.last?.entry
            #expect(entry?.outcome == .allowed && entry?.permission == .steer && entry?.actor == "berta")
            #expect(entry?.source == "192.0.2.7" && entry?.reason == "bad patch <b>")
        }
    }

    @Test("A cycle is paused and resumed by forms, each of which is offered where it can be sent")
    func pauseAndResume() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let cookie = try await console.session(name: "berta")
            let token = try await console.formToken(cookie)
            let address = "/console/cycles/\(id)"
            #expect(try await Self.offered(at: address, console, cookie) == ["pause"])
            for (verb, reason, state, next) in [
                ("pause", "the storage is slow", "paused", "resume"), ("resume", "it is mended", "running", "pause"),
            ] {
                let form = ["form-token": token, "reason": reason]
                let answer = try await console.post("\(address)/\(verb)", form, cookie: cookie)
                #expect(answer.status == .seeOther && answer.headers[.location] == address, "\(verb)")
                let view = try await controlPlane.cycle(id, state) { $0.state == state }
                #expect(view.reason == (verb == "pause" ? reason : nil))
                #expect(try await Self.offered(at: address, console, cookie) == [next])
                let entry = try await controlPlane.services.audit.latest(1, month: nil).entries.last?.entry
                #expect(entry?.permission == .steer && entry?.actor == "berta" && entry?.reason == reason)
                let today = try await console.get("/console", cookie: cookie).text
                #expect(today.contains("Paused: resume it or abort it") == (state == "paused"))
            }
        }
    }

    /// What of the two the page of the cycle offers.
    private static func offered(at address: String, _ console: TestConsole, _ cookie: String) async throws -> [String] {
        let page = try await console.get(address, cookie: cookie).text
        return ["pause", "resume"].filter { page.contains("action=\"\(address)/\($0)\"") }
    }

    @Test("The lanes of a cycle that has ended are kept before anybody looks at it, and those of one under way are not")
    func drawnAhead() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            #expect(try await console.console.drawEnded(except: [], logger).isEmpty)
            let cookie = try await console.session()
            let form = ["form-token": try await console.formToken(cookie), "reason": "a bad patch"]
            _ = try await console.post("/console/cycles/\(id)/abort", form, cookie: cookie)
            let ended = try await controlPlane.cycle(id, "aborted") { $0.endedAt != nil }
            let lane = Rollout.stream(try #require(ended.stage("scan")?.lanes.first?.rollout))
            let questions = controlPlane.services.questions
            let end = try #require(try await questions.reader.ends(of: [lane]).first)
            #expect(questions.endedLanes.picture(lane, at: end) == nil)
            // However many begin after it.
            _ = try await controlPlane.startCycle()
            #expect(try await questions.endedCycles(limit: 1) == [id])
            #expect(try await console.console.drawEnded(except: [], logger) == [id])
            #expect(questions.endedLanes.picture(lane, at: end)?.phase == .ended)
        }
    }

    @Test("Who may only look is offered no form, and a form that is sent all the same is refused")
    func viewer() async throws {
        try await TestConsole.with(roles: [.viewer]) { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let cookie = try await console.session()
            let page = try await console.get("/console/cycles/\(id)", cookie: cookie).text
            #expect(!page.contains("/approve\"") && !page.contains("/abort\""))
            let form = ["form-token": try await console.formToken(cookie), "reason": "no"]
            for verb in ["approve", "abort", "pause", "resume"] {
                let answer = try await console.post("/console/cycles/\(id)/\(verb)", form, cookie: cookie)
                #expect(answer.status == .forbidden)
                #expect(answer.text.contains("not-permitted"))
            }
            let denied = try await controlPlane.services.audit.latest(1, month: nil).entries.last?.entry
            #expect(denied?.outcome == .denied && denied?.code == "not-permitted" && denied?.principal == "break-glass")
            let month = try await controlPlane.services.audit.latest(1, month: nil).month
            let audit = try await console.get("/console/activity?stream=audit/\(month)", cookie: cookie)
            #expect(audit.status == .forbidden)
            let forged = try await console.post("/console/cycles/\(id)/abort", ["reason": "no"], cookie: cookie)
            #expect(forged.status == .forbidden)
            let last = try await controlPlane.services.audit.latest(1, month: nil).entries.last?.entry
            #expect(last?.outcome == .denied && last?.code == "stale-form")
            #expect(try await controlPlane.cycle(id).state == "running")
        }
    }

    @Test("What there is not has a page that says so")
    func unknown() async throws {
        try await TestConsole.with { console in
            let cookie = try await console.session()
            for target in ["cycles/none", "nodes/mi-none", "advisories/amazon-linux/none", "nothing/here"] {
                let answer = try await console.get("/console/\(target)", cookie: cookie)
                #expect(answer.status == .notFound, "\(target)")
                #expect(answer.text.contains("Not found"))
            }
        }
    }

    @Test("As many pages are told of what happens as may be, and a place that is given back is free again")
    func streams() throws {
        let streams = LiveStreams()
        var tickets = try (0..<LiveStreams.capacity).map { _ in try streams.admit() }
        let problem = #expect(throws: Problem.self) { try streams.admit() }
        #expect(problem?.code == "too-many-streams")
        tickets.removeLast()
        tickets.append(try streams.admit())
        #expect(tickets.count == LiveStreams.capacity)
    }
}
