/// Facts of one thing, a line each, with their values in one column.
package struct FieldList: Sendable {
    private var fields: [(name: String, value: String, tone: Tone)] = []

    package init() {}

    /// - Parameter value: a field without one is left out.
    package mutating func append(_ name: String, _ value: String?, tone: Tone = .plain) {
        guard let value, !value.isEmpty else { return }
        fields.append((name, value.printable, tone))
    }

    package func lines(_ style: OutputStyle) -> [String] {
        let width = fields.map(\.name.displayWidth).max() ?? 0
        return fields.map { name, value, tone in
            let padding = String(repeating: " ", count: width - name.displayWidth + 2)
            return style.paint(name, .faint) + padding + style.paint(value, tone)
        }
    }
}
