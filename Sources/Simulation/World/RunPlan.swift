/// What determines a run, to the last step.
package struct RunPlan: Equatable, Sendable {
    package enum Mode: String, CaseIterable, Sendable {
        /// Faults never stop; nothing forbidden happens.
        case safety
        /// Faults stop after a while; then everything must end.
        case liveness
    }

    package var seed: UInt64
    package var mode: Mode
    /// nil lets the seed decide.
    package var hosts: Int?
    /// After so many days the run ends, or the faults do.
    package var days: Int
    package var without: Set<Fault>
    package var defect: Defect?
    /// How many lines of what happened are kept.
    package var traceLines = 0

    /// - Parameter mode: nil lets the seed decide.
    package init(
        seed: UInt64,
        mode: Mode? = nil,
        hosts: Int? = nil,
        days: Int? = nil,
        without: Set<Fault> = [],
        defect: Defect? = nil
    ) {
        self.seed = seed
        self.mode = mode ?? (seed % 2 == 0 ? .safety : .liveness)
        self.hosts = hosts
        self.days = days ?? (self.mode == .safety ? 20 : 6)
        self.without = without
        self.defect = defect
    }

    /// What runs it again.
    package var command: String {
        var words = ["scripts/simulate --seed \(seed) --mode \(mode.rawValue) --days \(days)"]
        if let hosts { words.append("--hosts \(hosts)") }
        let rest = Fault.allCases.filter { !without.contains($0) }
        words +=
            rest.isEmpty || rest.count > without.count
            ? Fault.allCases.filter(without.contains).map { "--without \($0.rawValue)" }
            : rest.map { "--only \($0.rawValue)" }
        if let defect { words.append("--defect \(defect.rawValue)") }
        return words.joined(separator: " ")
    }
}
