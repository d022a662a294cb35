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
