/// A control group of its own for a package manager: what ends the agent's service does not end it.
///
/// systemd-run becomes the program that it is told to run, with the same process number, environment and exit status.
enum OwnScope {
    private static let paths = ["/run/systemd/system", "/run/dbus/system_bus_socket"]
    /// What systemd-run says when it did not get as far as the program.
    private static let complaints = [
        "Failed to start transient scope unit", "Failed to connect to bus", "Failed to create bus connection",
    ]

    /// Whether systemd runs this machine and can be asked.
    static var isAvailable: Bool { paths.allSatisfy(Boot.exists) }

    /// The words that run the program in a scope.
    ///
    /// - Parameter number: tells it from other runs of the program.
    static func words(_ name: String, _ arguments: [String], number: UInt32) -> [String] {
        let word = name.split { $0 == "/" }.last.map(String.init) ?? "program"
        let unit = "ringmaster-\(word.filter { $0.isLetter || $0.isNumber || $0 == "-" })-\(number)"
        return ["systemd-run", "--scope", "--quiet", "--collect", "--unit=\(unit)", "--", name] + arguments
    }

    /// Whether the run ended before the program began.
    static func isMissed(_ result: Tool.Result) -> Bool {
        !result.isSuccess && complaints.contains(where: result.output.hasPrefix)
    }
}
