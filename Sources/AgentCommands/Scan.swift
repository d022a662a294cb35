import AgentProtocol
import ArgumentParser
import FoundationEssentials
import HostAgent

/// `ringmaster-agent scan`.
struct Scan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows this host's pending updates; installs nothing.",
        discussion: """
            The package indexes are fetched first, which writes below var/lib/apt/lists or var/cache/dnf and nowhere \
            else; --no-refresh takes them as they are. Needs no enrolment.

            EXAMPLES
              ringmaster-agent scan
              ringmaster-agent scan --no-refresh -o json
              ringmaster-agent scan --root /srv/image
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

    @Option(help: "The folder to scan: / or a mounted image or chroot.")
    var root = "/"

    @Option(help: "The release whose packages dnf offers, such as 2023.6.20241010. (default: the host's own)")
    var release: String?

    @Flag(help: "Take the package indexes as they are.")
    var noRefresh = false

    @Option(name: [.customShort("o"), .customLong("output")], help: "table, or json: the inventory as it is uploaded.")
    var format = Format.table

    func run() async throws {
        AgentCommand.prepareProcess()
        guard noRefresh || ThisProcess.isPrivileged else {
            throw ValidationError("fetching package indexes needs root; --no-refresh takes them as they are")
        }
        let inventory = try await TemporaryFolder.with { folder in
            let packages = try await HostPackages.manager(root: root, folder: folder, release: release)
            if !noRefresh { try await packages.refreshToScan() }
            return try await packages.inventory()
        }
        switch format {
        case .json: try printJSON(inventory)
        case .table: printTable(inventory)
        }
    }

    private func printJSON(_ inventory: Inventory) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(inventory), as: UTF8.self))
    }

    private func printTable(_ inventory: Inventory) {
        let security = inventory.updates.count { $0.isSecurity }
        let held = Set(inventory.packages.filter(\.isHeld).map(\.name))
        print("\(inventory.platform) \(inventory.platformVersion) \(inventory.architecture)", terminator: ": ")
        print("\(inventory.packages.count) packages, \(inventory.updates.count) updates, \(security) of them security")
        for package in inventory.packages where package.isBroken == true {
            print("broken: \(package.name) \(package.version); `dpkg --audit` says more")
        }
        for reason in inventory.rebootReasons { print("reboot pending: \(reason)") }
        guard !inventory.updates.isEmpty else { return }
        var table = TextTable(["PACKAGE", "INSTALLED", "AVAILABLE", "CLASS", "ORIGIN"])
        for update in inventory.updates.sorted(by: { $0.isSecurity && !$1.isSecurity }) {
            let origins = update.origins.map { "\($0.label) \($0.codename)" }.joined(separator: ", ")
            let obstacle = held.contains(update.name) ? "held" : update.obstacle?.text
            let kind = [update.isSecurity ? "security" : "other", obstacle].compactMap(\.self).joined(separator: ", ")
            table.append([update.name, update.installedVersion, update.version, kind, origins])
        }
        print("\n\(table)")
        let newcomers = inventory.newcomers.map { "\($0.name) \($0.version)" }
        if !newcomers.isEmpty { print("\nthey bring new packages: \(newcomers.joined(separator: ", "))") }
    }
}

extension UpdateObstacle {
    fileprivate var text: String {
        switch self {
        case .pinned: "pinned"
        case .phased: "phased"
        case .blocked(let blocker): "blocked by \(blocker)"
        }
    }
}

extension AvailableUpdate {
    /// A notice says so, or some archive that offers it is one for security updates, as Debian and Ubuntu name theirs.
    fileprivate var isSecurity: Bool {
        let isNoticed = notices?.contains { $0.type == "security" } ?? false
        return isNoticed
            || origins.contains { origin in
                origin.label == "Debian-Security" || origin.codename.hasSuffix("-security")
                    || origin.archive.hasSuffix("-security") || origin.origin.hasPrefix("UbuntuESM")
            }
    }
}
