import Domain

/// The rows of a table that follow from one commit, as digests: there may be as many as hosts times patches.
///
/// Where a stream began before the month, the events of the bundle do not tell every column of a row; the others are compared.
struct ToldRows {
    /// Which columns are known, as bits from the first on; by digest, how many such rows there are.
    private var counts: [UInt32: [Int: Int]] = [:]
    private(set) var left = 0

    /// - Parameter row: nil for what the events do not tell.
    mutating func add(_ row: [String?]) {
        let known = row.indices.reduce(into: UInt32(0)) { if row[$1] != nil { $0 |= 1 << UInt32($1) } }
        counts[known, default: [:]][Self.digest(row.compactMap(\.self)), default: 0] += 1
        left += 1
    }

    /// Takes the row out; false when there is no such row left.
    mutating func remove(_ row: [String]) -> Bool {
        for known in counts.keys {
            let digest = Self.digest(row.indices.filter { known & 1 << UInt32($0) != 0 }.map { row[$0] })
            guard let count = counts[known]?[digest], count > 0 else { continue }
            counts[known]?[digest] = count - 1
            left -= 1
            return true
        }
        return false
    }

    /// Of the text that is in the file, in which formulas are defused.
    private static func digest(_ fields: [String]) -> Int { CSV.row(fields).hashValue }

    /// Whether a row of the file says what the events tell.
    static func agree(_ row: [String], _ told: [String?]) -> Bool {
        row.count >= told.count
            && zip(row, told).allSatisfy { field, told in
                told.map { CSV.row([field]) == CSV.row([$0]) } ?? true
            }
    }
}
