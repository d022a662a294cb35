import ArgumentParser

/// For whom a command prints a list: people, machines, or a spreadsheet.
package struct ListOutputOptions: ParsableArguments {
    package enum Format: String, CaseIterable, ExpressibleByArgument, Sendable {
        case table
        case csv
        case json
    }

    @Option(name: .shortAndLong, help: "A table for people, CSV for spreadsheets, or JSON for machines.")
    package var output = Format.table

    @OptionGroup var times: ZoneOptions

    package init() {}

    /// Prints the value as JSON, or the page as CSV or for people.
    package func print<Value: Encodable>(_ value: Value, _ page: some Tabular) throws {
        switch output {
        case .json: try StandardOutput.print(JSONText.pretty(value))
        case .csv: try StandardOutput.write(page.table.csv)
        case .table: try times.showing { try StandardOutput.print(page.lines(.detected())) }
        }
    }
}
