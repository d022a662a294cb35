/// A small rpm package that exists only in a test's repository.
struct RPMPackage: Hashable {
    var name: String
    /// `[epoch:]version-release`.
    var version: String
    var requires = ""
    var conflicts = ""
    var obsoletes = ""
    var provides = ""
    /// What it is built from; empty for itself.
    var source = ""
    /// A file of its own beside those that all have.
    var file = ""
    /// What stands in it; empty for the package's name.
    var content = ""
    /// It is a configuration file, of which the host keeps its own.
    var isConfiguration = false
    /// In Lua, which rpm runs by itself: an empty root has no shell.
    var post = ""
    var pre = ""

    init(
        _ name: String,
        _ version: String,
        requires: String = "",
        conflicts: String = "",
        obsoletes: String = "",
        provides: String = "",
        source: String = "",
        file: String = "",
        post: String = "",
        pre: String = ""
    ) {
        self.name = name
        self.version = version
        self.requires = requires
        self.conflicts = conflicts
        self.obsoletes = obsoletes
        self.provides = provides
        self.source = source
        self.file = file
        self.post = post
        self.pre = pre
    }

    var epoch: String { version.contains(":") ? String(version.prefix { $0 != ":" }) : "" }
    /// Version and release without the epoch.
    var plainVersion: String { version.split(separator: ":").last.map(String.init) ?? version }
    var fileName: String { "\(name)-\(plainVersion).noarch.rpm" }

    /// The text of its spec file.
    var spec: String {
        let parts = plainVersion.split(separator: "-")
        let own = source.isEmpty ? "" : " -n \(name)"
        var lines = ["Name: \(source.isEmpty ? name : source)", "Version: \(parts[0])", "Release: \(parts[1])"]
        if !epoch.isEmpty { lines.append("Epoch: \(epoch)") }
        lines += ["Summary: \(name)", "License: none", "BuildArch: noarch", "%description", "none"]
        if !source.isEmpty { lines += ["%package\(own)", "Summary: \(name)", "%description\(own)", "none"] }
        // The tags of a package stand before its description.
        let tags = [
            ("Requires", requires), ("Conflicts", conflicts), ("Obsoletes", obsoletes), ("Provides", provides),
        ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }
        let place = lines.lastIndex { $0.hasPrefix("%description") } ?? lines.endIndex
        lines.insert(contentsOf: tags, at: place)
        if !file.isEmpty {
            lines += [
                "%install", "mkdir -p %{buildroot}$(dirname \(file))",
                "echo \(content.isEmpty ? name : content) > %{buildroot}\(file)",
            ]
        }
        if !pre.isEmpty { lines += ["%pre\(own) -p <lua>", pre] }
        if !post.isEmpty { lines += ["%post\(own) -p <lua>", post] }
        return (lines + ["%files\(own)", (isConfiguration ? "%config(noreplace) " : "") + file, ""]).joined(
            separator: "\n"
        )
    }
}

/// A notice in a repository's updateinfo.xml.
struct RPMNotice {
    var id: String
    var fixes: [RPMPackage]
    var type = "security"
    var severity = "Important"
    var cves: [String] = []
    var issued = "2026-02-17 18:30"
    var updated = "2026-02-20 18:30:00"

    var xml: String {
        let references = cves.map { #"<reference href="https://example.com/\#($0)" id="\#($0)" type="cve"/>"# }
        let packages = fixes.map { package in
            let parts = package.plainVersion.split(separator: "-")
            let epoch = package.epoch.isEmpty ? "0" : package.epoch
            return #"""
                <package name="\#(package.name)" epoch="\#(epoch)" version="\#(parts[0])" release="\#(parts[1])" arch="noarch">
                <filename>\#(package.fileName)</filename></package>
                """#
        }
        return """
            <update from="acme" status="final" type="\(type)" version="1.4"><id>\(id)</id><title>\(id)</title>
            <issued date="\(issued)"/><updated date="\(updated)"/><severity>\(severity)</severity>
            <references>\(references.joined())</references>
            <pkglist><collection short="acme"><name>acme</name>\(packages.joined())</collection></pkglist></update>
            """
    }
}
