import AgentProtocol
import FoundationEssentials

/// The machine that the quickstart runs on, which is only looked at.
enum Machine {
    /// Where dpkg says what is installed.
    private static let statusFile = "/var/lib/dpkg/status"

    /// Most updates that are listed one by one.
    private static let listed = 12

    /// Its packages, as one text to compare.
    static func packages() throws -> String { try HostFile.text(statusFile) }

    /// The pending security updates, as lines.
    static func pending(_ scan: ChildProgram, _ style: OutputStyle) async throws -> [String] {
        let ending = try await scan.runToEnd()
        guard ending.isSuccess else { throw scan.failure(ending) }
        let inventory = try JSONDecoder().decode(Inventory.self, from: Data(ending.output.utf8))
        return lines(inventory, style)
    }

    static func lines(_ inventory: Inventory, _ style: OutputStyle) -> [String] {
        let security = inventory.updates.filter { update in
            update.origins.contains { $0.label == "Debian-Security" || $0.codename.hasSuffix("-security") }
        }
        let count = "\(inventory.updates.count) updates are pending, \(security.count) of them security updates"
        guard !security.isEmpty else { return [count] }
        var table = Table([
            .init("PACKAGE", importance: 3), .init("INSTALLED", importance: 1), .init("AVAILABLE", importance: 2),
        ])
        for update in security.prefix(listed) {
            table.append([.init(update.name), .init(update.installedVersion), .init(update.version)])
        }
        let hidden = security.count - listed
        return [count] + table.lines(style) + (hidden > 0 ? ["\(style.ellipsis) and \(hidden) more"] : [])
    }
}
