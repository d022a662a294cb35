import Domain
import Testing

@Suite("CSV")
struct CSVTests {
    private func rows(_ text: String, pieces: Int = 1) throws -> [[String]] {
        var (reader, rows) = (CSVReader(), [[String]]())
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try reader.read(bytes[start..<min(start + pieces, bytes.count)]) { rows.append($0) }
        }
        try reader.end { rows.append($0) }
        return rows
    }

    @Test("What is written is read again, in pieces of any size", arguments: [1, 2, 7, 1_000])
    func roundTrip(pieces: Int) throws {
        let table = [["a", "b,c", "say \"hi\""], ["line\r\nbreak", "", "é"], ["", "", ""]]
        #expect(try rows(table.map { CSV.row($0) }.joined(), pieces: pieces) == table)
    }

    @Test("A formula is made harmless", arguments: ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
    func formulas(text: String) throws {
        #expect(try rows(CSV.row([text])) == [["'" + text]])
    }

    @Test("Lines may end with LF alone, the last one without, and empty ones are left out")
    func lineEnds() throws {
        #expect(try rows("a,b\n\n1,2\r\n3,") == [["a", "b"], ["1", "2"], ["3", ""]])
        #expect(try rows("") == [])
    }

    @Test("A row that is too long and one that ends within quotes are refused")
    func limits() throws {
        var reader = CSVReader(maximumBytes: 4)
        #expect(throws: CSVProblem.longRow(bytes: 4)) { try reader.read("abcde".utf8) { _ in } }
        #expect(throws: CSVProblem.openQuotes) { _ = try rows("\"a") }
    }
}
