/// One row of an answer.
package struct Row: Sendable {
    let rows: Rows
    let index: Int

    /// The value of a column, counted from 0.
    ///
    /// An `Optional` type reads NULL as nil; for any other type NULL is an error. Integers widen, never narrow.
    ///
    /// - Throws: ``PostgresError/Code/decoding`` with the column's name, the type that was asked for and the actual one.
    package func get<Value: PostgresDecodable>(
        _ column: Int,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard column >= 0, column < rows.columnCount else {
            throw failure("there is no column \(column): the answer has \(rows.columnCount)")
        }
        do {
            return try rows.withCell(row: index, column: column) { try Value.decode($0) }
        } catch let problem as Cell.Problem {
            throw failure(describe(problem, of: column, as: Value.self))
        } catch {
            throw failure("column \"\(rows.name(of: column))\": \(error)")
        }
    }

    /// The value of a column by its name; a linear search, so count columns in hot code.
    package func get<Value: PostgresDecodable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let place = rows.index(of: column) else {
            let known = (0..<rows.columnCount).map(rows.name(of:)).joined(separator: ", ")
            throw failure("there is no column \"\(column)\": the answer has \(known)")
        }
        return try get(place)
    }

    private func failure(_ message: String) -> PostgresError {
        PostgresError(.decoding, "row \(index): " + message, statement: rows.statement)
    }

    private func describe<Value>(_ problem: Cell.Problem, of column: Int, as type: Value.Type) -> String {
        let name = "column \"\(rows.name(of: column))\""
        switch problem {
        case .isNull: return "\(name) is NULL, but \(type) was asked for"
        case .isOfAnotherType(let expected):
            let actual = rows.withCell(row: index, column: column) { $0.type }
            return "\(name) is \(actual), but \(type) needs \(expected)"
        case .isInvalid(let reason): return "\(name) \(reason)"
        }
    }
}
