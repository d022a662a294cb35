package import ArgumentParser
import Client
import Glibc

/// Who does it, as the log will say for ever.
package struct ActorOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who does this (otherwise your account's name); with the token of the server's data folder alone, for other tokens "
                + "say whose they are.",
            valueName: "name"
        )
    )
    package var name: String?

    package init() {}

    /// The name to send to the control plane; nil where its token says who does it.
    package func name(for server: ServerOptions) throws -> String? {
        guard try server.token().namesItsOwner else { return try local() }
        guard name == nil else {
            throw ValidationError("--as goes with the token of the server's data folder alone: yours says whose it is.")
        }
        return nil
    }

    /// The name of the one at this terminal.
    package func local() throws -> String {
        // The account, not $USER: services and CI run without it.
        guard let found = name ?? getpwuid(getuid()).map({ String(cString: $0.pointee.pw_name) }), !found.isEmpty else {
            throw ValidationError(
                "There is nobody to record as the one who does this: your account has no name; use --as."
            )
        }
        return found
    }
}
