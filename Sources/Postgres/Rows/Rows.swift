import CLibPQ
import Glibc

/// The answer to one statement; copies share the storage.
package struct Rows: Sendable {
    private let storage: ResultStorage
    /// The name of the statement that was answered.
    package let statement: String

    init(adopting raw: OpaquePointer, of statement: String) {
        storage = ResultStorage(adopting: raw)
        self.statement = statement
    }

    /// How many rows an INSERT, UPDATE, DELETE or MERGE touched, or a SELECT returned; 0 for other commands.
    package var affected: Int {
        guard let text = PQcmdTuples(storage.raw) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// The command's tag such as `INSERT` or `COMMIT`.
    var command: String {
        guard let text = PQcmdStatus(storage.raw) else { return "" }
        return String(String(cString: text).prefix { $0 != " " })
    }

    package var columnCount: Int { Int(PQnfields(storage.raw)) }

    /// The only row.
    ///
    /// - Throws: ``PostgresError/Code/decoding`` when there is none or more than one.
    package func one() throws(PostgresError) -> Row {
        guard count == 1 else {
            throw PostgresError(.decoding, "expected one row, found \(count)", statement: statement)
        }
        return self[0]
    }

    /// A whole column.
    package func column<Value: PostgresDecodable>(
        _ column: Int,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for row in self { values.append(try row.get(column)) }
        return values
    }

    // MARK: - Cells

    func withCell<Value>(row: Int, column: Int, _ body: (Cell) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(storage) {
            let (row, column) = (CInt(row), CInt(column))
            let type = ColumnType(rawValue: PQftype(storage.raw, column))
            guard PQgetisnull(storage.raw, row, column) == 0, let start = PQgetvalue(storage.raw, row, column) else {
                return try body(Cell(bytes: nil, type: type))
            }
            let count = Int(PQgetlength(storage.raw, row, column))
            return try body(Cell(bytes: UnsafeRawBufferPointer(start: start, count: count), type: type))
        }
    }

    func name(of column: Int) -> String {
        PQfname(storage.raw, CInt(column)).map { String(cString: $0) } ?? "column \(column)"
    }

    /// The first column of that name; letter case matters.
    func index(of name: String) -> Int? {
        name.withCString { name in
            (0..<columnCount).first { column in
                PQfname(storage.raw, CInt(column)).map { strcmp(name, $0) == 0 } ?? false
            }
        }
    }
}

extension Rows: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { Int(PQntuples(storage.raw)) }

    /// - Precondition: the position is one of the collection's indices.
    package subscript(position: Int) -> Row {
        precondition(position >= 0 && position < endIndex, "row \(position) is outside the result")
        return Row(rows: self, index: position)
    }
}

/// Owns one `PGresult`.
///
/// `@unchecked Sendable`: libpq documents a `PGresult` as read-only once returned, so it may be read from several
/// threads at once. Nothing here writes to it, and `PQclear` runs only when the last reference is gone.
private final class ResultStorage: @unchecked Sendable {
    let raw: OpaquePointer
    init(adopting raw: OpaquePointer) { self.raw = raw }
    deinit { PQclear(raw) }
}
