import Crypto
import Evidence
import Testing

@Suite("The Merkle tree")
struct MerkleTreeTests {
    @Test("is that of RFC 6962 for any number of leaves", arguments: [0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 16, 33])
    func followsTheRFC(count: Int) {
        let leaves = (0..<count).map { [UInt8]("leaf \($0)".utf8) }
        var tree = MerkleTree()
        for leaf in leaves { tree.append(leaf) }
        #expect(tree.root == Self.root(leaves[...]))
        #expect(tree.count == count)
    }

    /// As the RFC defines it: split at the largest power of two below the number of leaves.
    private static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard let first = leaves.first else { return Array(SHA256.hash(data: [UInt8]())) }
        guard leaves.count > 1 else { return Array(SHA256.hash(data: [0] + first)) }
        var split = 1
        while 2 * split < leaves.count { split *= 2 }
        let (left, right) = (leaves.prefix(split), leaves.dropFirst(split))
        return Array(SHA256.hash(data: [1] + root(left) + root(right)))
    }
}
