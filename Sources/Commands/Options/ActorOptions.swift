package import ArgumentParser
import FoundationEssentials

/// Who does it, as the log will say for ever.
package struct ActorOptions: ParsableArguments {
    @Option(name: .customLong("as"), help: ArgumentHelp("Who does this (otherwise $USER).", valueName: "name"))
    package var name: String?

    package init() {}

    package func actor() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let found = [name, environment["USER"], environment["LOGNAME"]].lazy.compactMap { $0 }.first { !$0.isEmpty }
        guard let found else {
            throw ValidationError("There is nobody to record as the one who does this: $USER is not set; use --as.")
        }
        return found
    }
}
