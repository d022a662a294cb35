package import AgentProtocol

/// Reads what this machine offers, from the kernel and from systemd.
///
/// What cannot be read is unknown and no failure: nothing rests on it but the comparison of two boots.
package struct ConditionReader: ConditionSource {
    private static let patience = Duration.seconds(30)
    /// Units of one connection or one crash each.
    private static let passing = ["ssh@", "sshd@", "systemd-coredump@"]

    private let processes: ProcessTable
    private let systemctl: String

    /// - Parameters:
    ///   - processes: the proc file system.
    ///   - systemctl: the tool's name or path.
    package init(processes: ProcessTable = ProcessTable(), systemctl: String = "systemctl") {
        self.processes = processes
        self.systemctl = systemctl
    }

    /// Everything that the host offers now.
    package func read() async -> HostCondition {
        HostCondition(
            failedUnits: await failedUnits(),
            sockets: processes.listeningSockets(),
            mounts: processes.text("self/mountinfo").map(MountTable.permanent)
        )
    }

    /// Whether systemd is still starting what belongs to the boot.
    package func isStarting() async -> Bool {
        // Its exit status tells only whether all is well.
        guard let state = await output(["is-system-running"])?.output else { return false }
        return ["initializing", "starting"].contains(state.split(whereSeparator: \.isWhitespace).first)
    }

    private func failedUnits() async -> [String]? {
        guard let result = await output(["--failed", "--plain", "--no-legend"]), result.isSuccess else { return nil }
        let units = result.output.split(separator: "\n").compactMap { line in
            line.split(separator: " ").first.map(String.init)
        }
        let lasting = units.filter { unit in !Self.passing.contains(where: unit.hasPrefix) }
        let timed = await timed(lasting)
        return lasting.filter { !timed.contains($0) }.sorted()
    }

    /// Those that a timer starts: they run, and fail, when their hour comes, whether or not the host was rebooted.
    private func timed(_ units: [String]) async -> Set<String> {
        guard !units.isEmpty else { return [] }
        let asked = units.prefix(HostCondition.maximumUnits)
        // What cannot be told of a unit is taken for none of a timer's.
        guard let result = await output(["show", "--property=Id,TriggeredBy", "--"] + asked) else { return [] }
        let timed = result.output.split(separator: "\n\n").compactMap { unit -> String? in
            let lines = unit.split(separator: "\n")
            func value(of property: String) -> Substring? {
                lines.first { $0.hasPrefix(property + "=") }?.dropFirst(property.count + 1)
            }
            let triggers = value(of: "TriggeredBy")?.split(separator: " ") ?? []
            return triggers.contains { $0.hasSuffix(".timer") } ? value(of: "Id").map(String.init) : nil
        }
        return Set(timed)
    }

    /// nil where there is no systemd.
    private func output(_ arguments: [String]) async -> Tool.Result? {
        do throws(StepFailure) {
            return try await Tool().capture(systemctl, arguments, within: Self.patience)
        } catch {
            return nil
        }
    }
}

extension HostCondition {
    /// How many of each kind are journalled and reported.
    package static let maximumUnits = 100
    package static let maximumSockets = 200
    package static let maximumMounts = 100
    /// The longest text that is, in bytes.
    private static let maximumText = 200

    /// What fits a report: of sockets and mounts the first; failed units are all known, or none.
    package var bounded: HostCondition {
        let units = failedUnits.flatMap { $0.count > Self.maximumUnits ? nil : $0 }
        let isShort = { (text: String) in text.utf8.count <= Self.maximumText }
        return HostCondition(
            failedUnits: units.flatMap { $0.allSatisfy(isShort) ? $0 : nil },
            sockets: sockets.map { Array($0.prefix(Self.maximumSockets)) },
            mounts: mounts.map { Array($0.filter(isShort).prefix(Self.maximumMounts)) }
        )
    }
}
