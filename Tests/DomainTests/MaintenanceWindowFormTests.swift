import Domain
import Foundation
import Testing

/// What is in the log stays readable: these texts are stored events, never to be edited.
@Suite("Stored events of maintenance windows")
struct MaintenanceWindowFormTests {
    private static let place = WindowPlace(window: WindowStream.id, execution: 1, task: 2, invocation: 3)
    private static let occurrence = WindowSettings.sample().occurrence(opening: seconds(0))
    private static let opening = #"{"closes":14400000000,"cutoff":10800000000,"opens":0}"#
    private static let position = #"{"execution":1,"invocation":3,"task":2,"window":"mw-0c50858d01781abc3"}"#

    @Test(
        "They keep their form",
        arguments: [
            (
                MaintenanceWindowEvent.configured(
                    WindowConfiguration(settings: .sample()),
                    next: nil,
                    by: "ada",
                    at: seconds(1)
                ),
                #"{"configured":{"_0":{"settings":{"allowUnassociatedTargets":true,"cutoff":1,"duration":4,"enabled":true,"#
                    + #""name":"patching","schedule":"rate(1 day)"},"tags":{},"targets":[],"tasks":[]},"at":1000000,"by":"ada"}}"#
            ),
            (
                .executionStarted(number: 1, occurrence, next: seconds(9), at: seconds(1)),
                #"{"executionStarted":{"_1":\#(opening),"at":1000000,"next":9000000,"number":1}}"#
            ),
            (
                .executionSkipped(number: 1, occurrence, next: nil, at: seconds(1)),
                #"{"executionSkipped":{"_1":\#(opening),"at":1000000,"number":1}}"#
            ),
            (
                .occurrenceMissed(occurrence, next: nil, at: seconds(1)),
                #"{"occurrenceMissed":{"_0":\#(opening),"at":1000000}}"#
            ),
            (.invocationStarted(place, at: seconds(1)), #"{"invocationStarted":{"_0":\#(position),"at":1000000}}"#),
            (.commandSent(place, at: seconds(1)), #"{"commandSent":{"_0":\#(position),"at":1000000}}"#),
            (
                .invocationEnded(place, .timedOut, details: "late", at: seconds(1)),
                #"{"invocationEnded":{"_0":\#(position),"_1":"TIMED_OUT","at":1000000,"details":"late"}}"#
            ),
            (
                .cancelRequested(execution: 1, by: "ada", at: seconds(1)),
                #"{"cancelRequested":{"at":1000000,"by":"ada","execution":1}}"#
            ),
            (.cutoffReached(execution: 1, at: seconds(1)), #"{"cutoffReached":{"at":1000000,"execution":1}}"#),
            (
                .executionEnded(number: 1, .success, details: nil, at: seconds(1)),
                #"{"executionEnded":{"_1":"SUCCESS","at":1000000,"number":1}}"#
            ),
            (.deleted(by: "ada", at: seconds(1)), #"{"deleted":{"at":1000000,"by":"ada"}}"#),
        ]
    )
    func events(event: MaintenanceWindowEvent, text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(event), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(MaintenanceWindowEvent.self, from: Data(text.utf8)) == event)
    }
}
