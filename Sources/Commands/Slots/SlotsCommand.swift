import ArgumentParser

/// The commands `ringmaster slots …`.
struct SlotsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slots",
        abstract: "Reboot slots: which hosts of a group may be down for a reboot, and which wait.",
        subcommands: [SlotsList.self, SlotsShow.self, SlotsRelease.self]
    )
}
