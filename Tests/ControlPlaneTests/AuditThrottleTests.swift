import Testing
import Time

@testable import ControlPlane

@Suite("Denied requests that are noted")
struct AuditThrottleTests {
    private func moment(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    @Test("Of one source twenty at once and one a minute; those between are counted")
    func source() {
        let throttle = AuditThrottle()
        let first = (0..<60).map { _ in throttle.admit("a", at: moment(0)) }
        #expect(first == Array(repeating: 0, count: 20) + Array(repeating: nil, count: 40))
        #expect(throttle.admit("a", at: moment(59)) == nil)
        #expect(throttle.admit("a", at: moment(60)) == 41)
        #expect(throttle.admit("a", at: moment(60)) == nil)
        #expect(throttle.admit("b", at: moment(60)) == 1, "no source is held against another")
    }

    @Test("Of all sources two hundred at once and one in ten seconds")
    func all() {
        let throttle = AuditThrottle()
        let noted = (0..<300).count { throttle.admit("source \($0)", at: moment(0)) != nil }
        #expect(noted == 200)
        #expect(throttle.admit("late", at: moment(9)) == nil)
        #expect(throttle.admit("late", at: moment(10)) == 101)
    }
}
