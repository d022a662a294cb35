/// What readers of stored JSON need in common.
package enum JSONBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let spaces = ones * 0x20

    /// The place of the first byte from `start` on that does not stand for itself in a string: a quote, a backslash, a control
    /// character; the number of bytes when there is none.
    ///
    /// It looks at eight bytes at a time, for strings are most of the log.
    package static func endOfPlain(_ bytes: [UInt8], from start: Int) -> Int {
        bytes.withUnsafeBytes { buffer in
            var offset = start
            while offset + 8 <= buffer.count {
                let word = UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                let marks = marks(in: word)
                if marks != 0 { return offset + marks.trailingZeroBitCount / 8 }
                offset += 8
            }
            while offset < buffer.count, marks(in: spaces << 8 | UInt64(buffer[offset])) == 0 { offset += 1 }
            return offset
        }
    }

    /// The highest bit of each byte of the word that is such a one.
    ///
    /// Bits behind the first may be wrong.
    /// A byte of `x - n` has its highest bit by a borrow where `x` is less than `n`: "Determine if a word has a zero byte" and
    /// "a byte less than n" in Anderson's Bit Twiddling Hacks.
    private static func marks(in word: UInt64) -> UInt64 {
        let quotes = word ^ ones * UInt64(UInt8(ascii: "\""))
        let backslashes = word ^ ones * UInt64(UInt8(ascii: "\\"))
        let borrows =
            (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | (word &- spaces) & ~word
        return borrows & ones << 7
    }
}
