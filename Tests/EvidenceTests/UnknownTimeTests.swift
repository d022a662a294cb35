import Domain
import Testing
import Time

@testable import Evidence

@Suite("The hours in which nothing was proved")
struct UnknownTimeTests {
    private let scope = Timestamp(microseconds: 0)..<Timestamp(microseconds: 0) + .seconds(1_000 * 3_600)

    private func look(_ hour: Int, _ doubt: NodeCompliance.UnknownReason? = nil) -> UnknownTime.Look {
        UnknownTime.Look(at: Timestamp(microseconds: 0) + .seconds(hour * 3_600), doubt: doubt)
    }

    private func hours(_ looks: [UnknownTime.Look]) -> Int64 {
        UnknownTime(in: scope, looks).total.components.seconds / 3_600
    }

    @Test("are all of them without a scan")
    func none() {
        #expect(hours([]) == 1_000)
        #expect(UnknownTime(in: scope, []).cause == .neverScanned)
    }

    @Test("are those that no scan of two days before covers")
    func scans() {
        #expect(hours([look(0)]) == 952)
        #expect(hours([look(0), look(24)]) == 928)
        #expect(hours([look(10), look(100)]) == 904)
        #expect(hours([look(990)]) == 990)
    }

    @Test("include what a scan of before the scope does not reach into")
    func before() {
        #expect(hours([look(-24)]) == 976)
        #expect(hours([look(-72)]) == 1_000)
    }

    @Test("begin at once when a run ends without a scan, or with one that proves nothing")
    func doubts() {
        #expect(hours([look(0), look(10, .unscannedRun)]) == 990)
        #expect(hours([look(0), look(10, .staleIndex), look(20)]) == 942)
        #expect(UnknownTime(in: scope, [look(0), look(10, .noIndexes)]).cause == .noIndexes)
    }
}
