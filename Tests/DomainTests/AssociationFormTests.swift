import Domain
import Foundation
import Testing

/// What is in the log stays readable: these texts are stored events, never to be edited.
@Suite("Stored events of associations")
struct AssociationFormTests {
    private static let forms: [(AssociationEvent, String)] = [
        (
            .configured(
                AssociationConfiguration(settings: .sample()),
                next: seconds(9),
                by: "ada",
                at: seconds(1)
            ),
            #"{"configured":{"_0":{"settings":{"documentVersion":"$DEFAULT","name":"AWS-RunPatchBaseline","#
                + #""parameters":{"Operation":["Scan"]},"scheduleExpression":"rate(1 day)","targets":[{"key":"InstanceIds","#
                + #""values":["*"]}]},"tags":{}},"at":1000000,"by":"ada","next":9000000}}"#
        ),
        (.deleted(by: "ada", at: seconds(1)), #"{"deleted":{"at":1000000,"by":"ada"}}"#),
        (.startRequested(by: "ada", at: seconds(1)), #"{"startRequested":{"at":1000000,"by":"ada"}}"#),
        (
            .executionStarted(number: 1, next: seconds(9), at: seconds(1)),
            #"{"executionStarted":{"at":1000000,"next":9000000,"number":1}}"#
        ),
        (
            .executionSkipped(number: 2, next: nil, at: seconds(1)),
            #"{"executionSkipped":{"at":1000000,"number":2}}"#
        ),
        (.commandSent(execution: 1, at: seconds(1)), #"{"commandSent":{"at":1000000,"execution":1}}"#),
        (
            .executionEnded(number: 1, .timedOut, details: "DeliveryTimedOut", at: seconds(1)),
            #"{"executionEnded":{"_1":"TIMED_OUT","at":1000000,"details":"DeliveryTimedOut","number":1}}"#
        ),
    ]

    @Test("They keep their form", arguments: forms)
    func events(event: AssociationEvent, text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(event), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(AssociationEvent.self, from: Data(text.utf8)) == event)
    }

    @Test("What cycles keep of who hears of their end is as before, with associations beside windows")
    func owners() throws {
        for owner in [CommandOwner.window("London/mw-1"), .association("London/a"), nil] {
            let start = CycleStart(
                definition: .oneOff([]),
                definitionDigest: "d",
                opensWindowsNow: true,
                owner: owner
            )
            #expect(try coded(start).owner == owner)
            let text = String(decoding: try JSONEncoder().encode(start), as: UTF8.self)
            #expect(text.contains(#""tells":"#) == (owner == .window("London/mw-1")))
        }
    }
}
