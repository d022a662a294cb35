import ArgumentParser
import FoundationEssentials
import Time

/// The option that says how a command prints what it knows.
struct OutputOption: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(name: [.customShort("o"), .customLong("output")], help: "text or json; times in json are ISO 8601.")
    var format = Format.text

    /// Prints it as JSON.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        if let asText = Timestamp.asText { encoder.userInfo[asText] = true }
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
