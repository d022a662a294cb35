import Testing
import Time

@testable import SSMAPI

@Suite("Signatures that were taken") struct TakenSignaturesTests {
    private let start = Timestamp(microseconds: 1_800_000_000_000_000)

    @Test("One is taken once as long as it may count, which is twice the tolerance")
    func once() throws {
        let taken = TakenSignatures()
        try taken.take("a", at: start)
        for minutes in [0, 1, 15, 29, 30] {
            #expect(throws: SSMError.self, "after \(minutes) minutes") {
                try taken.take("a", at: start + .seconds(minutes * 60))
            }
        }
        try taken.take("b", at: start)
        taken.release("b")
        try taken.take("b", at: start)
        // Long after, its date would have it refused.
        try taken.take("a", at: start + .seconds(3_600 + 1_801))
    }

    @Test("Where there are too many, changes are refused and none is forgotten")
    func full() throws {
        let taken = TakenSignatures(most: 2)
        try taken.take("a", at: start)
        try taken.take("b", at: start)
        #expect(throws: SSMError("ThrottlingException", "Rate exceeded")) { try taken.take("c", at: start) }
        #expect(throws: SSMError.self) { try taken.take("a", at: start) }
        try taken.take("c", at: start + .seconds(1_800))
        #expect(throws: SSMError.self) { try taken.take("b", at: start + .seconds(1_801)) }
    }
}
