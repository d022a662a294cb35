/// The packages of the local fleet and what its repository offers for them.
package enum Catalogue {
    /// On every host from the start.
    package static let installed = [
        LocalPackage("acme-web", "2.4.1-1", priority: "important"),
        LocalPackage("acme-tls", "3.0.14-1", section: "libs", priority: "required"),
        LocalPackage("acme-cache", "7.2-3"),
        LocalPackage("acme-legacy", "1.9-2"),
        LocalPackage("acme-docs", "5.1-1", section: "doc"),
    ]
    /// On the hosts of the first site alone: its update asks for a reboot.
    package static let kernel = LocalPackage("acme-kernel", "6.1.100-1", section: "kernel", priority: "important")

    /// The updates of the security suite.
    package static let securityUpdates = [
        LocalPackage("acme-web", "2.4.1-1+deb12u1", priority: "important"),
        LocalPackage("acme-tls", "3.0.14-1+deb12u2", section: "libs", priority: "required"),
        LocalPackage("acme-cache", "7.2-3+deb12u1"),
        LocalPackage("acme-legacy", "1.9-2+deb12u1"),
        LocalPackage(
            "acme-kernel",
            "6.1.112-1",
            section: "kernel",
            priority: "important",
            postinst: LocalPackage.asksForReboot
        ),
    ]
    /// The updates of the base suite: not security.
    package static let otherUpdates = [LocalPackage("acme-docs", "5.2-1", section: "doc")]

    /// The package whose security update the demonstration's baseline rejects.
    package static let rejected = "acme-legacy"
    /// The package whose update asks for a reboot.
    package static let rebooting = "acme-kernel"
}
