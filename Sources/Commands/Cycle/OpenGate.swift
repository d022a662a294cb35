import ArgumentParser
package import ReadModels

/// The gate of a cycle that an approval can go to.
package struct OpenGate: Equatable, Sendable {
    package let stage: StageView
    package let planDigest: String

    /// - Parameter name: the stage meant; nil for the one whose gate is open.
    package init(in cycle: CycleView, stage name: String? = nil) throws(CommandFailure) {
        if let name, !cycle.stages.contains(where: { $0.name == name }) {
            let names = cycle.stages.map(\.name).joined(separator: ", ")
            throw Self.failure("cycle \(cycle.id) has no stage \(name); its stages are \(names)")
        }
        let open = cycle.stages.first { $0.gate?.state == "open" }
        guard let open, name == nil || name == open.name else {
            let elsewhere = open.map { "; the one after \($0.name) is" } ?? "; the cycle is \(cycle.state)"
            let gate = name.map { "the gate after \($0)" } ?? "no gate"
            let verb = name == nil ? "is open" : "is not open"
            throw Self.failure("\(gate) of cycle \(cycle.id) \(verb)\(elsewhere)")
        }
        guard let digest = open.gate?.planDigest ?? cycle.planDigest else {
            throw Self.failure("cycle \(cycle.id) has no plan to approve yet: it is frozen after the scan")
        }
        stage = open
        planDigest = digest
    }

    private static func failure(_ text: String) -> CommandFailure {
        CommandFailure(text.printable, exitCode: .refused)
    }
}
