import Domain
import Time

/// The vulnerabilities of Microsoft's document for a month, with the products that stand before them.
struct CVRFEntries: XMLEntries {
    let names: Set<String> = ["DocumentPublisher", "DocumentTracking", "ProductTree", "Vulnerability"]
    /// Others write CVRF too, and mean other things by it.
    private var isMicrosoft = false
    private var products: [String: String] = [:]
    private var documentIssued: Timestamp?
    private var documentUpdated: Timestamp?

    func label(_ entry: XMLNode) -> String? { entry.text("CVE") }

    mutating func item(_ entry: XMLNode) throws(Flaw) -> FeedItem? {
        switch entry.name {
        case "DocumentPublisher":
            isMicrosoft = FeedText.line(entry.text("ContactDetails")).hasSuffix("@microsoft.com")
            return nil
        case "DocumentTracking":
            documentIssued = FeedText.date(entry.text("InitialReleaseDate"))
            documentUpdated = FeedText.date(entry.text("CurrentReleaseDate"))
            return nil
        case "ProductTree":
            addProducts(of: entry)
            guard products.count <= FeedLimits.products else {
                throw Flaw("it names more than \(FeedLimits.products) products")
            }
            return nil
        default:
            guard isMicrosoft else { throw Flaw("its document is not Microsoft's") }
            return .advisory(try advisory(entry))
        }
    }

    // MARK: - Steps

    private mutating func addProducts(of branch: XMLNode) {
        for product in branch.all("FullProductName") {
            guard let id = product.attributes["ProductID"] else { continue }
            products[id] = FeedText.line(product.text, bytes: 300)
        }
        for branch in branch.all("Branch") { addProducts(of: branch) }
    }

    private func advisory(_ entry: XMLNode) throws(Flaw) -> Advisory {
        let id = try FeedText.token(entry.text("CVE"), "its CVE")
        // The month's own dates say nothing of a vulnerability that was added to it later.
        let revisions = entry.first("RevisionHistory")?.all("Revision") ?? []
        let dates = revisions.compactMap { FeedText.date($0.text("Date")) }.filter { $0 >= Advisory.earliestDate }
        return Advisory(
            id: id,
            source: .microsoft,
            title: FeedText.line(entry.text("Title")),
            classification: "Security Update",
            severityWord: severityWord(of: entry),
            cves: CVE(id).map { [$0] } ?? [],
            issued: revisions.isEmpty ? documentIssued : dates.min(),
            updated: revisions.isEmpty ? documentUpdated : dates.max(),
            fixes: try fixes(of: entry),
            link: "https://msrc.microsoft.com/update-guide/vulnerability/\(id)"
        )
    }

    /// The worst of its products.
    private func severityWord(of entry: XMLNode) -> String {
        let threats = entry.first("Threats")?.all("Threat") ?? []
        let words = threats.filter { $0.attributes["Type"] == "Severity" }
            .map { FeedText.line($0.text("Description"), bytes: 80) }
        return words.worstSeverity(.security)
    }

    /// A product may have several, such as the normal update and the one that needs no reboot: either closes the vulnerability.
    private func fixes(of entry: XMLNode) throws(Flaw) -> [FixedPackage] {
        var fixes: [FixedPackage] = []
        for remediation in entry.first("Remediations")?.all("Remediation") ?? []
        where remediation.attributes["Type"] == "Vendor Fix" {
            let build = FeedText.line(remediation.text("FixedBuild"), bytes: FeedLimits.tokenBytes)
            let update = MicrosoftUpdate.name(FeedText.line(remediation.text("Description"), bytes: 80))
            guard !build.isEmpty || update != nil else { continue }
            for id in remediation.all("ProductID") {
                guard fixes.count < FeedLimits.fixes else {
                    throw Flaw("it has more than \(FeedLimits.fixes) fixes")
                }
                let product = products[id.text] ?? "product \(FeedText.line(id.text, bytes: 80))"
                fixes.append(
                    FixedPackage(
                        product: product,
                        name: update ?? product,
                        version: build.isEmpty ? nil : build,
                        reboot: MicrosoftUpdate.rebootNeed(remediation.text("RestartRequired"))
                    )
                )
            }
        }
        return fixes
    }
}
