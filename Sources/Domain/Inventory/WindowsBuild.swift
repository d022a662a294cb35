/// A build of Windows or of a product on it such as `10.0.20348.2340`: numbers with dots, ordered number by number.
///
/// Only builds of one product can be compared: a newer release of Windows has higher numbers whatever it lacks.
package struct WindowsBuild: Comparable, Sendable, CustomStringConvertible {
    /// Without zeros at the end, which make no difference.
    private let numbers: [UInt64]
    package let description: String

    /// nil unless the text is 1 to 8 numbers with dots between them.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var numbers: [UInt64] = []
        for part in parts {
            guard part.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let number = UInt64(part)
            else { return nil }
            numbers.append(number)
        }
        guard numbers.count <= 8 else { return nil }
        while numbers.last == 0 { numbers.removeLast() }
        self.numbers = numbers
        description = text
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    package static func == (left: Self, right: Self) -> Bool { left.numbers == right.numbers }
}
