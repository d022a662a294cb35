import AgentProtocol
import Testing

@Suite("Signed bytes")
struct SignedBytesTests {
    @Test("are the context, a zero byte and every field behind its length")
    func layout() {
        let bytes = SignedBytes.encode("c", [[1, 2], []])
        #expect(bytes == [99, 0] + [0, 0, 0, 0, 0, 0, 0, 2, 1, 2] + [0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("differ wherever the borders between fields do")
    func borders() {
        let fields: [[[UInt8]]] = [[[1, 2], [3]], [[1], [2, 3]], [[1, 2, 3]], [[1, 2, 3], []]]
        #expect(Set(fields.map { SignedBytes.encode("c", $0) }).count == fields.count)
    }

    @Test("of a request cover all of it")
    func request() {
        func bytes(_ method: String, _ target: String, _ node: String, _ time: Int64, _ digest: [UInt8]) -> [UInt8] {
            RequestSignature.bytes(method: method, target: target, node: node, milliseconds: time, bodyDigest: digest)
        }
        let variants = [
            bytes("GET", "/a", "n", 1, [0]), bytes("PUT", "/a", "n", 1, [0]), bytes("GET", "/b", "n", 1, [0]),
            bytes("GET", "/a", "m", 1, [0]), bytes("GET", "/a", "n", 2, [0]), bytes("GET", "/a", "n", 1, [1]),
        ]
        #expect(Set(variants).count == variants.count)
    }
}
