import ArgumentParser
import DurableStreams
import FoundationEssentials
import Time

/// The heads that an earlier `log verify -o json` printed.
struct KeptHeads {
    private static let chainBytes = 32

    private struct Content: Decodable { let heads: [LogVerdict.Head] }

    let heads: [ChainHead]

    /// - Throws: ``CommandFailure`` when the file cannot be read or holds no heads.
    init(file: String) throws {
        do {
            let bytes = try Data(contentsOf: URL(filePath: file))
            heads = try JSONDecoder().decode(Content.self, from: bytes).heads.map(Self.head)
        } catch {
            let wanted = "it must be what `ringmaster log verify -o json` printed"
            throw CommandFailure("cannot take heads from \(file): \(wanted): \(error)", exitCode: .inputMissing)
        }
    }

    private static func head(_ head: LogVerdict.Head) throws -> ChainHead {
        let digits = Array(head.chain)
        let chain = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0..<min($0 + 2, digits.count)]), radix: 16)
        }
        guard let shard = Shard.all.first(where: { $0.rawValue == head.shard }), head.position > 0,
            digits.count == 2 * chainBytes, chain.count == chainBytes
        else { throw ValidationError("shard \(head.shard) position \(head.position) with \(head.chain) is no head") }
        // When a commit was made is in its chain value.
        return ChainHead(shard: shard, position: head.position, chain: chain, at: Timestamp(microseconds: .min))
    }
}
