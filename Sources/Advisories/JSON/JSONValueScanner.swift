/// Finds the end of one JSON value, and keeps its bytes if it is to.
struct JSONValueScanner {
    /// How many of the value's bytes are kept at most; nil when they are not wanted.
    let limit: Int?
    /// Where the value begins in the document.
    let offset: Int
    /// nil when there were too many.
    private(set) var bytes: [UInt8]? = []
    private(set) var isWhole = false
    /// The brackets that are to come, innermost last.
    private var closers: [UInt8] = []
    private var isInString = false
    private var isEscaped = false

    init(limit: Int?, offset: Int) {
        self.limit = limit
        self.offset = offset
    }

    /// Goes on with the chunk's bytes from an index.
    ///
    /// - Parameter base: where the chunk begins in the document.
    /// - Returns: the index after the value's last byte, or after the chunk's.
    mutating func scan(_ chunk: [UInt8], from start: Int, _ base: Int) throws(Flaw) -> Int {
        var index = start
        while index < chunk.count, !isWhole {
            if try take(chunk[index], at: base + index) { index += 1 }
        }
        if let limit, let count = bytes?.count {
            if count + index - start > limit {
                bytes = nil
            } else {
                bytes?.append(contentsOf: chunk[start..<index])
            }
        }
        return index
    }

    /// - Returns: whether the byte belongs to the value; what ends a number or a word does not.
    private mutating func take(_ byte: UInt8, at position: Int) throws(Flaw) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
                isWhole = closers.isEmpty
            }
            return true
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard closers.count < FeedLimits.depth else { throw Flaw("it is nested too deep", at: "byte \(position)") }
            closers.append(byte + 2)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            if closers.isEmpty {
                isWhole = true
                return false
            }
            guard closers.removeLast() == byte else { throw Flaw("it is no JSON", at: "byte \(position)") }
            isWhole = closers.isEmpty
        case UInt8(ascii: ","), 0x20, 0x09, 0x0a, 0x0d:
            if closers.isEmpty {
                isWhole = true
                return false
            }
        default: break
        }
        return true
    }
}
