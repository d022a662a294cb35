import Commands
import ReadModels
import Testing
import Time

struct NodeLogTests {
    private static let kept = [("o#1#1", "dnf"), ("o#1#1", "dnf-fetch"), ("o#0#1", "hook")].map { order, name in
        OutputView(
            order: order,
            name: name,
            digest: "d",
            byteCount: 1_200,
            storedAt: Timestamp(microseconds: 1_764_000_000_000_000)
        )
    }

    @Test(
        "What is printed is of the last order, of the named one, or of the last that has what is named",
        arguments: [
            (nil, nil, false, [0, 1]), (nil, nil, true, [0, 1, 2]), ("o#0#1", nil, false, [2]),
            (nil, "hook", false, [2]), ("o#1#1", "hook", false, []), (nil, "dnf", true, [0]),
        ] as [(String?, String?, Bool, [Int])]
    )
    func choice(order: String?, name: String?, isOfAllOrders: Bool, chosen: [Int]) {
        let choice = OutputChoice(order: order, name: name, isOfAllOrders: isOfAllOrders)
        #expect(choice.outputs(of: Self.kept) == chosen.map { Self.kept[$0] })
    }

    @Test("A list has a line for each, and where nothing is kept it says so")
    func table() {
        let lines = OutputTable(Self.kept).lines(OutputStyle())
        #expect(lines.count == 4 && lines[1].contains("o#1#1") && lines[1].contains("1200"))
        #expect(OutputTable([]).lines(OutputStyle()) == ["no output is kept"])
    }

    @Test("A host's text moves no cursor")
    func text() {
        #expect(OutputLines.lines(of: "a\tb\n\u{1b}[2Jc\n\n") == ["a        b", "\u{FFFD}[2Jc", ""])
    }
}
