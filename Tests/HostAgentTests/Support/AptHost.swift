import AgentProtocol
import Foundation
import HostAgent
import LocalFleet
import Logging
import Time

/// A real host in a folder: its own dpkg database, real apt and dpkg on it, and the agent's parts around it.
struct AptHost: PatchedHost {
    let folder: TemporaryFolder
    let repository: LocalRepository
    let host: HostRoot
    let apt: Apt
    let inventories: InventoryStore
    let outputs: OutputStore
    let signer = OrderSigner()

    var manager: any PackageManager { apt }
    var bootIdentityFile: String { host.bootIdentityFile }

    /// - Parameters:
    ///   - installed: on the host and in the base suite from the start.
    ///   - updates: in the security suite.
    init(installed: [LocalPackage], updates: [LocalPackage]) async throws {
        folder = try TemporaryFolder()
        repository = try await LocalRepository(in: folder.path + "/repository")
        try await repository.publish(installed, in: .base)
        try await repository.publish(updates, in: .security)
        host = try await HostRoot.create(
            in: folder.path + "/host",
            name: "host",
            repository: repository,
            packages: installed
        )
        apt = try await Apt(root: host.root, folder: folder.path + "/agent/packages")
        inventories = try InventoryStore(folder: folder.path + "/agent/inventories")
        outputs = try OutputStore(folder: folder.path + "/agent/outputs")
        let reboot = """
            #!/bin/sh
            echo "boot-$(wc -l < '\(folder.path)/reboots' 2>/dev/null || echo 0)-next" > '\(host.bootIdentityFile)'
            echo reboot >> '\(folder.path)/reboots'
            rm -rf '\(host.root)/run' && mkdir '\(host.root)/run'

            """
        let path = folder.path + "/reboot"
        try reboot.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Lines of `reboot` that the reboot command wrote.
    var reboots: Int {
        let text = (try? String(contentsOfFile: folder.path + "/reboots", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").count
    }

    var archives: String { folder.path + "/agent/packages/archives" }
}

extension Logger {
    /// For tests that look at results, not at logs.
    static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
}
