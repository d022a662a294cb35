import ArgumentParser
import Commands
import Foundation
import Testing

/// What docs and `--help` say of the commands, against the commands.
@Suite("The command line's reference")
struct ReferenceTests {
    private func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/cli.md"), encoding: .utf8)
    }

    /// Every command that does something, by its words.
    private func commands(
        of type: any ParsableCommand.Type = RingmasterCommand.self,
        under words: [String] = []
    ) -> [(words: [String], configuration: CommandConfiguration)] {
        let subcommands = type.configuration.subcommands
        guard subcommands.isEmpty else {
            return subcommands.flatMap { command in
                // The default one is called without its own word.
                let isDefault = type.configuration.defaultSubcommand.map { $0 == command } ?? false
                let word = isDefault ? [] : [command.configuration.commandName ?? ""]
                return commands(of: command, under: words + word)
            }
        }
        return [(words, type.configuration)]
    }

    @Test("docs/cli.md has the exit codes that there are, each once, and so has --help")
    func exitCodes() throws {
        let section = try #require(try page().components(separatedBy: "\n## Exit codes\n").dropFirst().first)
        let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| ") }
        let codes = rows.compactMap { Int32($0.split(separator: "|")[0].trimmingCharacters(in: .whitespaces)) }
        #expect(codes == Ending.allCases.map(\.rawValue))
        let help = RingmasterCommand.helpMessage()
        for ending in Ending.allCases {
            #expect(help.contains("  \(ending.rawValue)"))
            #expect(help.contains(ending.meaning))
        }
    }

    @Test("The parser's own code for a wrong command line is the documented one")
    func usage() {
        #expect(ExitCode.validationFailure.rawValue == Ending.wrongUsage.rawValue)
        #expect(throws: (any Error).self) { try RingmasterCommand.parseAsRoot(["cycle", "show"]) }
    }

    @Test("Every command says what it is for and shows how it is called, in its own words")
    func help() {
        let commands = commands()
        #expect(commands.count > 60)
        for (words, configuration) in commands {
            let name = words.joined(separator: " ")
            #expect(!configuration.abstract.isEmpty, "\(name)")
            let examples = configuration.discussion.components(separatedBy: "Example").dropFirst().joined()
            #expect(examples.contains("ringmaster \(name)"), "\(name) has no example")
        }
    }

    @Test("docs/cli.md names every command")
    func named() throws {
        let page = try page()
        for (words, _) in commands() {
            let isNamed = page.contains("`\(words.joined(separator: " "))") || page.contains("`\(words.last ?? "")")
            #expect(isNamed && page.contains("`\(words[0])"), "\(words.joined(separator: " "))")
        }
    }

    @Test(
        "Every list has its table as CSV, and no other command takes that",
        arguments: [
            "cycle ls", "node ls", "node patches N", "node log N", "run ls", "advisory ls", "advisory imports",
            "advisory impact CVE-2026-1", "token ls", "audit ls", "slots ls", "window next", "sla",
        ]
    )
    func csv(words: String) throws {
        let arguments = words.split(separator: " ").map(String.init)
        _ = try RingmasterCommand.parseAsRoot(arguments + ["-o", "csv", "--utc"])
        #expect(throws: (any Error).self) { try RingmasterCommand.parseAsRoot(arguments + ["-o", "xml"]) }
        #expect(throws: (any Error).self) { try RingmasterCommand.parseAsRoot(["cycle", "show", "C", "-o", "csv"]) }
    }
}
