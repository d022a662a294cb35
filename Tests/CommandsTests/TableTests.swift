import Commands
import Testing

struct TableTests {
    private var table: Table {
        var table = Table([
            .init("NODE", importance: 3),
            .init("NAME", importance: 1),
            .init("MISSING", importance: 2, alignment: .right),
        ])
        table.append(["mi-1", "a-host-with-a-rather-long-name", "7"])
        table.append(["mi-22", "東京", "120"])
        return table
    }

    @Test("Without a limit every cell is whole")
    func unlimited() {
        #expect(
            table.lines(OutputStyle()) == [
                "NODE   NAME                            MISSING",
                "mi-1   a-host-with-a-rather-long-name        7",
                "mi-22  東京                                120",
            ]
        )
    }

    @Test("The column that matters least is cut first")
    func narrow() {
        #expect(
            table.lines(OutputStyle(width: 30)) == [
                "NODE   NAME            MISSING",
                "mi-1   a-host-with-a…        7",
                "mi-22  東京                120",
            ]
        )
    }

    @Test("What cannot be cut any more is left out, and the column that matters most stays")
    func narrowest() {
        #expect(table.lines(OutputStyle(width: 16)) == ["NODE   MISSING", "mi-1         7", "mi-22      120"])
        #expect(table.lines(OutputStyle(width: 4)) == ["NODE", "mi-1", "mi-…"])
    }

    @Test("No line is wider than the terminal, whatever its width", arguments: 1...60)
    func fits(width: Int) {
        #expect(table.lines(OutputStyle(width: width)).allSatisfy { $0.displayWidth <= width })
    }

    @Test("Colours do not disturb the columns")
    func colours() {
        var table = Table([.init("STATE", importance: 1), .init("N", importance: 2)])
        table.append([.state("failed"), "1"])
        #expect(
            table.lines(OutputStyle(usesColour: true)) == [
                "\u{1B}[2mSTATE\u{1B}[0m   \u{1B}[2mN\u{1B}[0m", "\u{1B}[31mfailed\u{1B}[0m  1",
            ]
        )
    }

    @Test("As CSV it is whole, with names of columns that programs like, and what there is not is empty")
    func csv() {
        var table = Table([.init("OPENS (LOCAL)", importance: 1), .init("PATCH GROUP", importance: 2)])
        table.append(["-", "a, \"b\""])
        table.append(["=1+1", "c"])
        #expect(table.csv == "opens_local,patch_group\r\n,\"a, \"\"b\"\"\"\r\n'=1+1,c\r\n")
        #expect(!table.isEmpty && Table([.init("A", importance: 1)]).csv == "a\r\n")
    }
}
