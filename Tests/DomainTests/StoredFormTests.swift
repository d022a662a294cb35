import Domain
import Foundation
import Testing
import Time

/// What is in the log stays readable: these texts are stored events, never to be edited.
@Suite("Stored events")
struct StoredFormTests {
    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test(
        "A rollout's events keep their form",
        arguments: [
            (
                RolloutEvent.hostReported(
                    HostReport(index: 7, attempt: 1, sequence: 2, happenedAt: seconds(5), fact: .installing),
                    at: seconds(6)
                ),
                #"{"hostReported":{"_0":{"a":1,"f":{"k":"installing"},"i":7,"q":2,"t":5000000},"at":6000000}}"#
            ),
            (
                .hostReported(
                    HostReport(
                        index: 0,
                        attempt: 1,
                        sequence: 3,
                        happenedAt: seconds(5),
                        fact: .failed(.rebootFailed, detail: "same boot", inventory: "i", patches: [])
                    ),
                    at: seconds(6)
                ),
                #"{"hostReported":{"_0":{"a":1,"f":{"c":"reboot-failed","d":"same boot","k":"failed","p":[],"v":"i"},"#
                    + #""i":0,"q":3,"t":5000000},"at":6000000}}"#
            ),
            (
                .hostsOrdered(first: 0, count: 5, expires: seconds(9), at: seconds(1)),
                #"{"hostsOrdered":{"at":1000000,"count":5,"expires":9000000,"first":0}}"#
            ),
            (
                .hostsExpired([1, 2], as: .timedOut, at: seconds(1)),
                #"{"hostsExpired":{"_0":[1,2],"as":9,"at":1000000}}"#
            ),
            (
                .cancelRequested(nodes: ["mi-1"], at: seconds(1)),
                #"{"cancelRequested":{"at":1000000,"nodes":["mi-1"]}}"#
            ),
            (
                .hostsCancelled([1, 2], at: seconds(1)),
                #"{"hostsCancelled":{"_0":[1,2],"at":1000000}}"#
            ),
            (
                .ordersWithdrawn([1, 2], at: seconds(1)),
                #"{"ordersWithdrawn":{"_0":[1,2],"at":1000000}}"#
            ),
        ]
    )
    func rollout(event: RolloutEvent, text: String) throws {
        #expect(try json(event) == text)
        #expect(try JSONDecoder().decode(RolloutEvent.self, from: Data(text.utf8)) == event)
    }

    @Test("A lane's outcome counts by the states' names, without zeros")
    func outcome() throws {
        let event = CycleEvent.laneEnded(.sample("e1", succeeded: 9, failed: 0), at: seconds(1))
        let text = #"{"laneEnded":{"_0":{"counts":{"succeeded":9},"failures":[],"rollout":"e1"},"at":1000000}}"#
        #expect(try json(event) == text)
        #expect(try JSONDecoder().decode(CycleEvent.self, from: Data(text.utf8)) == event)
    }

    @Test(
        "A gate's checks keep their form, and a gate without checks is written as before there were any",
        arguments: [
            (
                CycleEvent.checkAnswered(
                    stage: "early",
                    check: "errors",
                    CheckAnswer(round: 2, askedAt: seconds(1), passed: true, found: "0.01"),
                    at: seconds(2)
                ),
                #"{"checkAnswered":{"_2":{"askedAt":1000000,"found":"0.01","passed":true,"round":2},"at":2000000,"#
                    + #""check":"errors","stage":"early"}}"#
            ),
            (
                .checkFailed(stage: "early", check: "errors", failures: 3, found: "1", limit: "< 1", at: seconds(2)),
                #"{"checkFailed":{"at":2000000,"check":"errors","failures":3,"found":"1","limit":"< 1","stage":"early"}}"#
            ),
        ]
    )
    func checks(event: CycleEvent, text: String) throws {
        #expect(try json(event) == text)
        #expect(try JSONDecoder().decode(CycleEvent.self, from: Data(text.utf8)) == event)
        #expect(try json(Gate(soakSeconds: 5)) == #"{"soakSeconds":5}"#)
        #expect(
            try json(GateProgress(openedAt: seconds(0), soakUntil: seconds(1)))
                == #"{"approvals":[],"openedAt":0,"soakUntil":1000000}"#
        )
    }

    @Test(
        "Each kind of check keeps its form",
        arguments: [
            (
                GateCheck(name: "a", probe: .http(url: "http://h/", status: 200...299, contains: "ok")),
                #"{"everySeconds":60,"failures":3,"name":"a","probe":{"http":{"contains":"ok","status":[200,299],"#
                    + #""url":"http://h/"}},"timeoutSeconds":10}"#
            ),
            (
                GateCheck(name: "b", probe: .tcp(host: "h", port: 22)),
                #"{"everySeconds":60,"failures":3,"name":"b","probe":{"tcp":{"host":"h","port":22}},"timeoutSeconds":10}"#
            ),
            (
                GateCheck(name: "c", probe: .prometheus(url: "u", query: "q", is: Comparison(.less, 0.05))),
                #"{"everySeconds":60,"failures":3,"name":"c","probe":{"prometheus":{"is":{"sign":"<","value":0.05},"#
                    + #""query":"q","url":"u"}},"timeoutSeconds":10}"#
            ),
        ]
    )
    func check(check: GateCheck, text: String) throws {
        #expect(try json(check) == text)
        #expect(try JSONDecoder().decode(GateCheck.self, from: Data(text.utf8)) == check)
    }

    @Test("An unknown fact of a host run is not decoded as another one")
    func unknownFact() {
        let text = Data(#"{"k":"exploded"}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(HostFact.self, from: text) }
    }

    @Test("A policy from before there were deadlines is read, and is written as it was")
    func policy() throws {
        let text = #"{"baselines":[],"calendars":[],"defaults":[],"freezes":[],"groups":[],"sites":[],"windows":[]}"#
        #expect(try JSONDecoder().decode(Policy.self, from: Data(text.utf8)) == Policy())
        #expect(try json(Policy()) == text)
        let waiver = try Waiver(
            id: "W-1",
            subject: .package("curl"),
            scope: .fleet,
            reason: "r",
            compensatingControl: "c",
            owner: "o",
            requestedBy: "ada",
            requestedAt: seconds(1),
            expiresAt: seconds(2)
        )
        let policy = Policy(sla: .standard, waivers: [waiver])
        #expect(try coded(policy) == policy)
        #expect(try json(policy).contains(#""sla":{"criticalDays":14,"highDays":30}"#))
    }
}
