import LocalFleet

/// A host that the quickstart enrols: one of the fleet, or the machine itself.
struct EnrolledHost: Sendable {
    var name: String
    var site: String
    var patchGroup: String
    var root: String
    /// nil for the kernel's own.
    var bootIdentityFile: String?
    var rebootCommand: [String]

    init(_ host: LocalFleet.Host) {
        name = host.name
        site = host.site.name
        patchGroup = host.patchGroup
        root = host.root.root
        bootIdentityFile = host.root.bootIdentityFile
        rebootCommand = host.root.rebootCommand
    }

    /// The machine that the quickstart runs on: in no ring, so in no install stage, and with a command that reboots nothing.
    static let machine = Self(
        name: "this-machine",
        site: "local",
        patchGroup: "this-machine",
        root: "/",
        bootIdentityFile: nil,
        rebootCommand: ["/bin/false"]
    )

    private init(
        name: String,
        site: String,
        patchGroup: String,
        root: String,
        bootIdentityFile: String?,
        rebootCommand: [String]
    ) {
        self.name = name
        self.site = site
        self.patchGroup = patchGroup
        self.root = root
        self.bootIdentityFile = bootIdentityFile
        self.rebootCommand = rebootCommand
    }
}
