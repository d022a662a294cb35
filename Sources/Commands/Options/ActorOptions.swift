package import ArgumentParser
import Glibc

/// Who does it, as the log will say for ever.
package struct ActorOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Who does this (otherwise your account's name).", valueName: "name")
    )
    package var name: String?

    package init() {}

    package func actor() throws -> String {
        // The account, not $USER: services and CI run without it.
        guard let found = name ?? getpwuid(getuid()).map({ String(cString: $0.pointee.pw_name) }), !found.isEmpty else {
            throw ValidationError(
                "There is nobody to record as the one who does this: your account has no name; use --as."
            )
        }
        return found
    }
}
