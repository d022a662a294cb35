import ArgumentParser

/// The commands `ringmaster delivery …`.
struct DeliveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delivery",
        abstract: "See what webhooks and Security Hub were told, and send again what was given up.",
        subcommands: [DeliveryList.self, DeliveryResend.self]
    )
}
