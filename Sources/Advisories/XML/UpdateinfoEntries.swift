import Domain

/// The updates of an updateinfo.xml.
struct UpdateinfoEntries: XMLEntries {
    let names: Set<String> = ["update"]

    func label(_ entry: XMLNode) -> String? { entry.text("id") }

    func item(_ update: XMLNode) throws(Flaw) -> FeedItem? {
        let id = try FeedText.token(update.text("id"), "its id")
        let references = update.first("references")?.all("reference") ?? []
        let selfLink = references.first { $0.attributes["type"] == "self" }?.attributes["href"]
        // Fedora names CVEs in the titles of its bugs alone.
        let mentions = references.flatMap { [$0.attributes["id"], $0.attributes["title"]] }
        return .advisory(
            Advisory(
                id: id,
                source: source(of: id),
                title: FeedText.line(update.text("title")),
                classification: FeedText.line(update.attributes["type"], bytes: 80),
                severityWord: FeedText.line(update.text("severity"), bytes: 80),
                cves: try FeedText.cves(mentions.compactMap(\.self)),
                issued: FeedText.date(update.first("issued")?.attributes["date"]),
                updated: FeedText.date(update.first("updated")?.attributes["date"]),
                fixes: try fixes(of: update),
                isWithdrawn: update.attributes["status"] == "retracted",
                link: FeedText.link(selfLink)
            )
        )
    }

    // MARK: - Steps

    /// Whose it is shows in the id alone; the rebuilds of Red Hat's have prefixes of their own.
    private func source(of id: String) -> AdvisorySource {
        if id.hasPrefix("ALAS") { return .amazonLinux }
        return id.hasPrefix("FEDORA") ? .fedora : .redHat
    }

    private func fixes(of update: XMLNode) throws(Flaw) -> [FixedPackage] {
        let wholeNeed = rebootNeed(of: update)
        var fixes: [FixedPackage] = []
        for collection in update.first("pkglist")?.all("collection") ?? [] {
            let product = product(of: collection, in: update)
            for package in collection.all("package") {
                guard fixes.count < FeedLimits.fixes else {
                    throw Flaw("it fixes more than \(FeedLimits.fixes) packages")
                }
                fixes.append(try fix(package, of: product, wholeNeed))
            }
        }
        return fixes
    }

    /// Packages of a module fix only hosts that follow its stream.
    private func product(of collection: XMLNode, in update: XMLNode) -> String {
        let names = [collection.text("name"), collection.attributes["short"], update.text("release")]
        let name = names.lazy.map { FeedText.line($0, bytes: 200) }.first { !$0.isEmpty } ?? ""
        guard let module = collection.first("module")?.attributes else { return name }
        let stream = FeedText.line("\(module["name"] ?? ""):\(module["stream"] ?? "")", bytes: 200)
        return "\(name) module \(stream)"
    }

    private func fix(_ package: XMLNode, of product: String, _ wholeNeed: RebootNeed) throws(Flaw) -> FixedPackage {
        let name = try FeedText.token(package.attributes["name"], "a package's name")
        let version = try FeedText.token(package.attributes["version"], "the version of \(name)")
        let release = try FeedText.token(package.attributes["release"], "the release of \(name)")
        let architecture = try FeedText.token(package.attributes["arch"], "the architecture of \(name)")
        let epoch = package.attributes["epoch"] ?? "0"
        guard UInt32(epoch) != nil else { throw Flaw("the epoch of \(name) is no number") }
        let isSource = ["src", "nosrc"].contains(architecture)
        let need = rebootNeed(of: package)
        return FixedPackage(
            product: product,
            name: name,
            architecture: isSource ? nil : architecture,
            version: epoch == "0" ? "\(version)-\(release)" : "\(epoch):\(version)-\(release)",
            isSource: isSource,
            reboot: need == .unstated ? wholeNeed : need
        )
    }

    private func rebootNeed(of node: XMLNode) -> RebootNeed {
        guard let suggested = node.text("reboot_suggested") else { return .unstated }
        return ["false", "0", "no"].contains(suggested.lowercased()) ? .notNeeded : .required
    }
}
