import ArgumentParser
import ControlPlane

/// The commands `ringmaster order-key …`.
struct OrderKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order-key",
        abstract: "Change the key that signs orders, without a host that is left behind.",
        discussion: """
            A change takes three steps: `rotate` makes the next key and has agents trust it beside the present one; `activate` has \
            it sign; `withdraw` takes the former out of trust, once no order that it signed is still to be done. A running server \
            follows within ten seconds. Where several machines run servers, copy the key's files to all of them after each step.

            Each step may be repeated after a crash. Agents learn of it with their next order, whatever they have missed.

            Examples:
              ringmaster order-key rotate
              ringmaster order-key activate
              ringmaster order-key withdraw
            """,
        subcommands: [OrderKeyShow.self, OrderKeyRotate.self, OrderKeyActivate.self, OrderKeyWithdraw.self]
    )
}

/// Where the order key is: as `serve` is told.
struct OrderKeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder.", valueName: "folder"))
    var data = ".ringmaster"

    @Option(help: ArgumentHelp("The key that signs orders (default: order.key in the data folder).", valueName: "file"))
    var orderKey: String?

    @OptionGroup var output: OutputOptions

    /// Does the step, and prints where the change stands.
    func print(_ step: (OrderKeyFiles) throws -> OrderKeyStatus) throws {
        let status = try step(OrderKeyFiles(path: orderKey ?? "\(data)/order.key"))
        try output.print(status) { OrderKeyPage(status).lines($0) }
    }
}

/// The command `ringmaster order-key show`.
struct OrderKeyShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show which order key signs, and which are valid.",
        discussion: """
            Examples:
              ringmaster order-key show --data /var/lib/ringmaster
            """
    )

    @OptionGroup var options: OrderKeyOptions

    func run() throws { try options.print { try $0.status() } }
}

/// The command `ringmaster order-key rotate`.
struct OrderKeyRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make the next order key, and have agents trust it.",
        discussion: """
            Examples:
              ringmaster order-key rotate --data /var/lib/ringmaster
            """
    )

    @OptionGroup var options: OrderKeyOptions

    func run() throws { try options.print { try $0.rotate() } }
}

/// The command `ringmaster order-key activate`.
struct OrderKeyActivate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Have the next order key sign. The former one's private half is gone then.",
        discussion: """
            Examples:
              ringmaster order-key activate --data /var/lib/ringmaster
            """
    )

    @OptionGroup var options: OrderKeyOptions

    func run() throws { try options.print { try $0.activate() } }
}

/// The command `ringmaster order-key withdraw`.
struct OrderKeyWithdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Take the former order key out of trust: orders that it signed are refused from then on.",
        discussion: """
            Examples:
              ringmaster order-key withdraw --data /var/lib/ringmaster
            """
    )

    @OptionGroup var options: OrderKeyOptions

    func run() throws { try options.print { try $0.withdraw() } }
}
