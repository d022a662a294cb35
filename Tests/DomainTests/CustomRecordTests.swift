import Domain
import Testing
import Time

@Suite("What others report of nodes")
struct CustomRecordTests {
    private static let record = CustomShelf.Record(hash: "a", bytes: 10)

    private func refusal(_ body: () throws(CustomRefusal) -> Void) -> CustomRefusal? {
        do throws(CustomRefusal) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test("A node has twenty types at most, and one that it has may be put again")
    func types() throws {
        var shelf = CustomShelf()
        for number in 0..<CustomShelf.mostTypes { try shelf.put(Self.record, of: "Custom:T\(number)") }
        try shelf.put(CustomShelf.Record(hash: "b", bytes: 20), of: "Custom:T3")
        #expect(shelf.records["Custom:T3"]?.bytes == 20)
        let before = shelf
        #expect(
            refusal { () throws(CustomRefusal) in try shelf.put(Self.record, of: "Custom:New") }
                == .tooManyTypes("Custom:New")
        )
        #expect(shelf == before)
    }

    @Test("All types of a node together have a megabyte, of which what is replaced is no part")
    func bytes() throws {
        var shelf = CustomShelf()
        let half = CustomShelf.Record(hash: nil, bytes: CustomShelf.mostBytes / 2)
        try shelf.put(half, of: "Custom:A")
        try shelf.put(half, of: "Custom:B")
        try shelf.put(half, of: "Custom:B")
        #expect(refusal { () throws(CustomRefusal) in try shelf.put(Self.record, of: "Custom:C") } == .tooLargeTogether)
    }

    @Test("Content is known by its hash alone, and without one never")
    func hashes() {
        let shelf = CustomShelf(["Custom:A": Self.record, "Custom:B": CustomShelf.Record(hash: nil, bytes: 1)])
        #expect(shelf.has("a", of: "Custom:A"))
        #expect(!shelf.has("b", of: "Custom:A") && !shelf.has("a", of: "Custom:B") && !shelf.has(nil, of: "Custom:B"))
        #expect(!shelf.has("a", of: "Custom:C"))
        #expect(CustomShelf.isCustom("Custom:A") && !CustomShelf.isCustom("Custom:") && !CustomShelf.isCustom("AWS:A"))
    }

    @Test("A type of inventory has fifty attributes over all of its entries, and 200 KiB")
    func inventory() throws {
        let entries = (0..<CustomInventory.mostAttributes).map { ["a\($0)": "x"] }
        var inventory = CustomInventory(
            type: "Custom:A",
            schemaVersion: "1.0",
            capturedAt: "2026-06-16T02:00:00Z",
            hash: nil,
            entries: entries
        )
        try inventory.check(bytes: CustomInventory.mostBytes)
        let size = refusal { () throws(CustomRefusal) in try inventory.check(bytes: CustomInventory.mostBytes + 1) }
        #expect(size == .tooLarge("Custom:A", most: CustomInventory.mostBytes))
        inventory.entries.append(["one more": ""])
        guard case .malformed("Custom:A", _) = refusal({ () throws(CustomRefusal) in try inventory.check(bytes: 1) })
        else {
            Issue.record("51 attributes")
            return
        }
    }

    private func item(_ id: String?, _ level: ComplianceLevel = .high, isCompliant: Bool = false)
        -> CustomCompliance.Item
    {
        CustomCompliance.Item(id: id, title: id, level: level, isCompliant: isCompliant)
    }

    private func compliance(_ items: [CustomCompliance.Item]) -> CustomCompliance {
        CustomCompliance(type: "Custom:A", executedAt: Timestamp(microseconds: 0), items: items)
    }

    @Test("Items are counted by status and level; a part of them replaces those of its ids")
    func compliance() {
        let known = [item("1"), item("2", .low), item(nil)]
        let part = compliance([item("2", .critical, isCompliant: true), item("3")])
        let merged = part.replaced(in: known)
        #expect(merged.items == [item("1"), item(nil)] + part.items)
        #expect(merged.counts.compliant == ["CRITICAL": 1])
        #expect(merged.counts.nonCompliant == ["HIGH": 3])
    }

    @Test("Items with one id, and items that are too large, are refused; those without an id are not")
    func malformed() throws {
        try compliance([item(nil), item(nil), item("1")]).check()
        guard case .malformed = refusal({ () throws(CustomRefusal) in try compliance([item("1"), item("1")]).check() })
        else {
            Issue.record("two of one id")
            return
        }
        var large = item("1")
        large.details = ["a": String(repeating: "x", count: CustomCompliance.mostItemBytes)]
        #expect(
            refusal { () throws(CustomRefusal) in try compliance([large]).check() }
                == .tooLarge("Custom:A", most: CustomCompliance.mostItemBytes)
        )
    }
}
