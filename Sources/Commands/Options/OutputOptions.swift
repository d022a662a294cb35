import ArgumentParser

/// For whom a command prints: people or machines.
package struct OutputOptions: ParsableArguments {
    package enum Format: String, CaseIterable, ExpressibleByArgument, Sendable {
        case table
        case json
    }

    @Option(name: .shortAndLong, help: "Tables for people, or JSON for machines.")
    package var output = Format.table

    package init() {}

    /// Prints the value as JSON, or as the lines that `lines` makes of it.
    package func print<Value: Encodable>(_ value: Value, _ lines: (OutputStyle) -> [String]) throws {
        switch output {
        case .json: try StandardOutput.print(JSONText.pretty(value))
        case .table: try StandardOutput.print(lines(.detected()))
        }
    }
}
