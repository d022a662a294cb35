/// How a person steers a cycle; the raw value is its name in the API.
package enum CycleVerb: String, CaseIterable, Sendable {
    case abort, pause, resume
}
