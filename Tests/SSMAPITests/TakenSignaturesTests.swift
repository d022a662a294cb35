import FoundationEssentials
import Testing
import Time

@testable import SSMAPI

@Suite("Signatures that were taken") struct TakenSignaturesTests {
    private let start = Timestamp(microseconds: 1_800_000_000_000_000)

    @Test("One is taken once as long as it may count, which is twice the tolerance")
    func once() throws {
        let taken = TakenSignatures()
        _ = try taken.take("a", at: start)
        taken.settle("a")
        for minutes in [0, 1, 15, 29, 30] {
            let error = #expect(throws: SSMError.self, "after \(minutes) minutes") {
                _ = try taken.take("a", at: start + .seconds(minutes * 60))
            }
            #expect(error?.code == "InvalidSignatureException")
        }
        _ = try taken.take("b", at: start)
        taken.release("b")
        _ = try taken.take("b", at: start)
        // Long after, its date would have it refused.
        _ = try taken.take("a", at: start + .seconds(3_600 + 1_801))
    }

    @Test("Who sends a change again in the second of its signature gets the same answer, and nobody later")
    func repeated() throws {
        let taken = TakenSignatures()
        let refusal = SSMError.validation("no")
        #expect(try taken.take("done", at: start) == nil)
        taken.keep(.success(Data("{}".utf8)), of: "done", at: start + .seconds(1))
        #expect(try taken.take("refused", at: start) == nil)
        taken.keep(.failure(refusal), of: "refused", at: start + .seconds(1))
        #expect(try taken.take("done", at: start + .seconds(2)) == Data("{}".utf8))
        #expect(throws: refusal) { _ = try taken.take("refused", at: start + .seconds(2)) }
        for signature in ["done", "refused"] {
            let error = #expect(throws: SSMError.self) { _ = try taken.take(signature, at: start + .seconds(3)) }
            #expect(error?.code == "InvalidSignatureException")
        }
    }

    @Test("A twin of a change under way, however long that takes, is told to come again")
    func underWay() throws {
        let taken = TakenSignatures()
        for signature in ["done", "released"] {
            #expect(try taken.take(signature, at: start) == nil)
            for seconds in [0, 3, 1_800, 3_599] {
                let error = #expect(throws: SSMError.self) {
                    _ = try taken.take(signature, at: start + .seconds(seconds))
                }
                #expect(error?.code == "ThrottlingException", "after \(seconds) s")
            }
        }
        let end = start + .seconds(3_599)
        taken.keep(.success(Data("{}".utf8)), of: "done", at: end)
        #expect(try taken.take("done", at: end) == Data("{}".utf8))
        taken.release("released")
        #expect(try taken.take("released", at: end) == nil)
    }

    @Test("Where there are too many, changes are refused and none is forgotten")
    func full() throws {
        let taken = TakenSignatures(most: 2)
        _ = try taken.take("a", at: start)
        _ = try taken.take("b", at: start)
        #expect(throws: SSMError("ThrottlingException", "Rate exceeded")) { _ = try taken.take("c", at: start) }
        #expect(throws: SSMError.self) { _ = try taken.take("a", at: start) }
        _ = try taken.take("c", at: start + .seconds(1_800))
        #expect(throws: SSMError.self) { _ = try taken.take("b", at: start + .seconds(1_801)) }
    }
}
