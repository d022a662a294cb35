import AWSSignature
import ControlPlaneTestSupport
import Testing

@testable import ControlPlane

@Suite("Keys of simulated stock agents")
struct StockKeyTests {
    @Test("Keys of numbers are keys as agents make them, and each is another")
    func numbers() throws {
        let numbers = [0, 1, 2, StockKey.most / 2, StockKey.most - 1]
        let keys = try numbers.map { try StockKey(number: $0) }
        #expect(StockKey.most > 10_000)
        #expect(Set(keys.map(\.publicKey)).count == numbers.count)
        for key in keys {
            let known = try #require(InstanceKey(key.publicKey))
            #expect(key.publicKey.utf8.count == 392)
            #expect(known.isSignature(try key.sign("a text"), of: "a text"))
        }
    }
}
