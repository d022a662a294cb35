import AgentProtocol
import Time

extension FakeHost {
    /// Which system the host has; the packages are the same.
    package enum Platform: Equatable, Sendable {
        case debian, amazonLinux, ubuntu
    }
}

extension FakeHost.Platform {
    /// The inventory of a Debian host as this system tells it.
    func telling(_ inventory: Inventory) -> Inventory {
        guard self != .debian else { return inventory }
        var inventory = inventory
        (inventory.platform, inventory.platformVersion) = self == .ubuntu ? ("ubuntu", "22.04") : ("amzn", "2023")
        inventory.updates = inventory.updates.map { update in
            var update = update
            let isSecurity = update.origins.contains { $0.label == "Debian-Security" }
            update.origins = [origin(isSecurity: isSecurity)]
            if self == .amazonLinux, isSecurity { update.notices = [Self.notice(update)] }
            return update
        }
        inventory.newcomers = inventory.newcomers.map { newcomer in
            var newcomer = newcomer
            newcomer.origins = [origin(isSecurity: true)]
            return newcomer
        }
        inventory.indexes = inventory.indexes.map { index in
            PackageIndex(origin: origin(isSecurity: true), date: index.date, digest: index.digest)
        }
        return inventory
    }

    private func origin(isSecurity: Bool) -> PackageOrigin {
        guard self == .ubuntu else {
            return PackageOrigin(
                origin: "amazonlinux",
                label: "Amazon Linux 2023 repository",
                codename: "",
                archive: ""
            )
        }
        let archive = isSecurity ? "jammy-security" : "jammy-updates"
        return PackageOrigin(origin: "Ubuntu", label: "Ubuntu", codename: "jammy", archive: archive)
    }

    private static func notice(_ update: AvailableUpdate) -> UpdateNotice {
        UpdateNotice(
            id: "ALAS2023-2026-\(update.name.utf8.count)",
            type: "security",
            severity: "Important",
            cves: [],
            issued: Timestamp(iso8601: "2026-01-01T00:00:00Z"),
            updated: nil,
            version: update.version
        )
    }
}
