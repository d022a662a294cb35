import ArgumentParser

/// For whom a command prints: people or machines.
package struct OutputOptions: ParsableArguments {
    package enum Format: String, CaseIterable, ExpressibleByArgument, Sendable {
        case table
        case json
    }

    @Option(name: .shortAndLong, help: "Tables for people, or JSON for machines.")
    package var output = Format.table

    @OptionGroup var times: ZoneOptions

    package init() {}

    /// Prints the value as JSON, or as the lines that `lines` makes of it.
    package func print<Value: Encodable>(_ value: Value, _ lines: (OutputStyle) -> [String]) throws {
        switch output {
        case .json: try StandardOutput.print(JSONText.pretty(value))
        case .table: try times.showing { try StandardOutput.print(lines(.detected())) }
        }
    }
}

/// In which zone people are shown times.
package struct ZoneOptions: ParsableArguments {
    @Flag(help: "Show times in UTC instead of your zone (TZ). JSON and CSV always have UTC.")
    package var utc = false

    package init() {}

    /// Runs what shows times to a person.
    package func showing<Value>(_ body: () throws -> Value) rethrows -> Value {
        try DisplayZone.$current.withValue(utc ? .utc : .local, operation: body)
    }
}
