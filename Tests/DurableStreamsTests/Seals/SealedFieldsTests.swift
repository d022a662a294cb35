import DurableStreams
import Testing

/// What seals cover, as bytes.
struct SealedFieldsTests {
    private typealias Field = SealedFields.Field

    /// Reads a list of fields back, the table's name first; nil for bytes that are no such list.
    private static func read(_ bytes: [UInt8]) -> [Field]? {
        var (fields, rest): ([Field], ArraySlice<UInt8>) = ([], bytes[...])
        while let tag = rest.popFirst() {
            guard rest.count >= 8 else { return nil }
            let number = Int64(bitPattern: rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
            rest = rest.dropFirst(8)
            guard tag != UInt8(ascii: "n") else {
                fields.append(.number(number))
                continue
            }
            guard number >= 0, rest.count >= number else { return nil }
            let data = Array(rest.prefix(Int(number)))
            rest = rest.dropFirst(data.count)
            fields.append(tag == UInt8(ascii: "t") ? .text(String(decoding: data, as: UTF8.self)) : .bytes(data))
        }
        return fields
    }

    private static func field(_ random: inout SplitMix64) -> Field {
        let pieces = ["", "a", "aa", "n", "t\0\0\0\0\0\0\0\u{1}a", "Zürich", "\0"]
        let text = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            pieces[Int.random(in: 0..<pieces.count, using: &random)]
        }.joined()
        switch Int.random(in: 0...2, using: &random) {
        case 0: return .number(Int64.random(in: -3...300, using: &random))
        case 1: return .text(text)
        default: return .bytes(Array(text.utf8))
        }
    }

    @Test("Any list of fields is read back from its bytes, so that no two lists have the same", arguments: 1...20)
    func readBack(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let fields = (0..<Int.random(in: 0...5, using: &random)).map { _ in Self.field(&random) }
            let found = Self.read(SealedFields("table", fields).bytes)
            #expect(found == [.text("table")] + fields, "seed \(seed)")
        }
    }

    @Test("Where one text ends and the next begins is part of the bytes")
    func boundaries() {
        let one = SealedFields("inbox", [.text("ab"), .text("c")])
        #expect(one.bytes != SealedFields("inbox", [.text("a"), .text("bc")]).bytes)
        #expect(one.bytes != SealedFields("inboxab", [.text("c")]).bytes)
        #expect(one.bytes != SealedFields("inbox", [.bytes(Array("ab".utf8)), .text("c")]).bytes)
    }

    @Test("A key is read back from its bytes, and told from others by its fingerprint")
    func fingerprint() {
        let key = SealKey()
        #expect(SealKey(bytes: key.bytes)?.fingerprint == key.fingerprint)
        #expect(SealKey().fingerprint != key.fingerprint)
        #expect(SealKey(bytes: Array(key.bytes.dropLast())) == nil)
    }
}
