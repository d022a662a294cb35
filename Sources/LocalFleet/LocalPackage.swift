/// A small Debian package that exists only in a local repository.
package struct LocalPackage: Hashable, Sendable {
    package var name: String
    package var version: String
    package var architecture: String
    package var section: String
    package var priority: String
    /// The `Depends` field; empty for none.
    package var depends: String
    /// The `Conflicts` field; empty for none.
    package var conflicts: String
    /// The `Source` field such as `acme (2.0-1)`; empty for none.
    package var source: String
    /// The share of all hosts that it is for so far, in percent; 100 for an update that does not come in phases.
    package var phase: Int
    /// The content of its configuration file `/etc/NAME.conf`; empty for none.
    package var configuration: String
    /// The path of a file that it brings beside its own; empty for none.
    package var file: String
    /// What it says that its files take, in KiB; 0 for nothing said.
    package var installedSize: Int
    /// It can be installed in several architectures at once.
    package var isMultiArch: Bool
    /// A `/bin/sh` script that dpkg runs after unpacking, without its first line; empty for none.
    ///
    /// It runs outside the host's root with `DPKG_ROOT` set to it.
    package var postinst: String
    /// The same before unpacking.
    package var preinst: String

    package init(
        _ name: String,
        _ version: String,
        architecture: String = "all",
        section: String = "net",
        priority: String = "optional",
        depends: String = "",
        conflicts: String = "",
        source: String = "",
        phase: Int = 100,
        configuration: String = "",
        file: String = "",
        installedSize: Int = 0,
        isMultiArch: Bool = false,
        postinst: String = "",
        preinst: String = ""
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.section = section
        self.priority = priority
        self.depends = depends
        self.conflicts = conflicts
        self.source = source
        self.phase = phase
        self.configuration = configuration
        self.file = file
        self.installedSize = installedSize
        self.isMultiArch = isMultiArch
        self.postinst = postinst
        self.preinst = preinst
    }

    /// The commands by which a package asks for a reboot, as Debian's kernel packages do.
    package static let asksForReboot = """
        mkdir -p "$DPKG_ROOT/run"
        echo '*** System restart required ***' > "$DPKG_ROOT/run/reboot-required"
        echo "$DPKG_MAINTSCRIPT_PACKAGE" >> "$DPKG_ROOT/run/reboot-required.pkgs"
        """

    /// Its archive's file name; an epoch's colon is left out as Debian's archives do.
    var fileName: String {
        let plain = version.split(separator: ":", maxSplits: 1).last.map(String.init) ?? version
        return "\(name)_\(plain)_\(architecture).deb"
    }

    var control: String {
        var text = """
            Package: \(name)
            Version: \(version)
            Architecture: \(architecture)
            Maintainer: Local Fleet <fleet@localhost>
            Section: \(section)
            Priority: \(priority)

            """
        if !depends.isEmpty { text += "Depends: \(depends)\n" }
        if !source.isEmpty { text += "Source: \(source)\n" }
        if phase < 100 { text += "Phased-Update-Percentage: \(phase)\n" }
        if installedSize > 0 { text += "Installed-Size: \(installedSize)\n" }
        if isMultiArch { text += "Multi-Arch: same\n" }
        if !conflicts.isEmpty { text += "Conflicts: \(conflicts)\n" }
        return text + "Description: \(name) of the local fleet\n"
    }
}
