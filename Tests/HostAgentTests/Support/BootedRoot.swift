import Foundation
import HostAgent

/// What runs a root folder's system in a test: an old kernel since long ago, and after the reboot command the new one.
final class BootedRoot: Sendable {
    private let marker = FileManager.default.temporaryDirectory.path + "/ringmaster-boot-\(UUID().uuidString)"

    deinit {
        // It is not there when nothing was rebooted.
        try? FileManager.default.removeItem(atPath: marker)
    }

    var running: @Sendable () throws(StepFailure) -> Dnf.Running {
        { [self] () throws(StepFailure) -> Dnf.Running in
            let isNew = FileManager.default.fileExists(atPath: marker)
            // Packages that were there before were installed an instant ago.
            return isNew
                ? Dnf.Running(kernel: "6.1.21-1.acme", since: Int64.max)
                : Dnf.Running(kernel: "6.1.9-1.acme", since: 0)
        }
    }

    /// Gives the host both kernels and a reboot command.
    func prepare(_ host: DnfHost) throws {
        for kernel in ["6.1.9-1.acme", "6.1.21-1.acme", "0-rescue-0123456789abcdef"] {
            try DnfHost.write("", to: "\(host.root)/boot/vmlinuz-\(kernel)")
        }
        let path = host.folder.path + "/reboot"
        try DnfHost.write("#!/bin/sh\ntouch '\(marker)'\necho boot-2 > '\(host.bootIdentityFile)'\n", to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
}
