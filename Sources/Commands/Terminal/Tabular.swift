/// What a command lists.
package protocol Tabular: Sendable {
    var table: Table { get }
    /// What is said when there is nothing to list.
    var emptyText: String { get }
    /// For people: the table, and what else there is to say.
    func lines(_ style: OutputStyle) -> [String]
}

extension Tabular {
    package var emptyText: String { "Nothing fits." }

    package func lines(_ style: OutputStyle) -> [String] {
        let table = table
        return table.isEmpty ? [emptyText] : table.lines(style)
    }
}
