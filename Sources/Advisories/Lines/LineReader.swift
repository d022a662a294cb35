/// Reads a text file line by line.
struct LineReader {
    private let file: FeedFile
    private var rest: ArraySlice<UInt8> = []
    /// Of the line that was read last, from 1.
    private(set) var number = 0
    /// Whether the line that was read last had its end; the last line of a file that was cut off has none.
    private(set) var hadEnd = true

    init(_ file: FeedFile) { self.file = file }

    /// The next line without its end; nil after the last.
    mutating func next() throws(Flaw) -> String? {
        var line: [UInt8] = []
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line += rest[..<end]
                rest = rest[(end + 1)...]
                return try text(line, hadEnd: true)
            }
            line += rest
            guard line.count <= FeedLimits.lineBytes else {
                throw Flaw("the line is longer than \(FeedLimits.lineBytes) bytes", at: "line \(number + 1)")
            }
            rest = try file.next()[...]
            if rest.isEmpty { return line.isEmpty ? nil : try text(line, hadEnd: false) }
        }
    }

    private mutating func text(_ line: [UInt8], hadEnd: Bool) throws(Flaw) -> String {
        number += 1
        self.hadEnd = hadEnd
        var line = line[...]
        if number == 1, line.starts(with: [0xef, 0xbb, 0xbf]) { line = line.dropFirst(3) }
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw Flaw("it is not UTF-8", at: "line \(number)")
        }
        return text
    }
}
