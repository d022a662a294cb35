import ArgumentParser

/// The commands `ringmaster cycle …`.
struct CycleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cycle",
        abstract: "Start, watch and steer patch cycles.",
        subcommands: [
            CycleStart.self, CycleList.self, CycleShow.self, CyclePlan.self, CycleWatch.self, CycleApprove.self,
            CyclePause.self, CycleResume.self, CycleAbort.self,
        ]
    )
}
