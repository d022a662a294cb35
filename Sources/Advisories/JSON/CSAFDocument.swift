import Domain
import Foundation
import Time

/// A security advisory in CSAF 2.0, as far as it is read.
struct CSAFDocument: Decodable {
    private let document: Document
    private let product_tree: CSAFProducts?
    private let vulnerabilities: [Vulnerability]?

    private struct Document: Decodable {
        let category: String
        let title: String
        let publisher: Publisher
        let tracking: Tracking
        let aggregate_severity: Rating?
        let references: [Reference]?

        struct Publisher: Decodable {
            let namespace: String
        }

        struct Tracking: Decodable {
            let id: String
            let initial_release_date: String
            let current_release_date: String
            let revision_history: [Revision]?
        }

        struct Revision: Decodable {
            let date: String
            let summary: String?
        }

        struct Rating: Decodable {
            let text: String
        }

        struct Reference: Decodable {
            let category: String?
            let url: String
        }
    }

    private struct Vulnerability: Decodable {
        let cve: String?
        let product_status: Status?
        let remediations: [Remediation]?

        struct Status: Decodable {
            let fixed: [String]?
        }
    }

    private struct Remediation: Decodable {
        let category: String
        let details: String
        let product_ids: [String]?
        let url: String?
        let restart_required: Restart?

        struct Restart: Decodable {
            let category: String
        }

        var rebootNeed: RebootNeed {
            switch restart_required?.category {
            case "machine", "system": .required
            case "none", "service", "connected", "dependencies", "parent", "zone", "vulnerable_component": .notNeeded
            default: .unstated
            }
        }
    }

    static func item(_ entry: JSONEntryScanner.Entry, _ bytes: Data) throws -> FeedItem {
        .advisory(try JSONDecoder().decode(Self.self, from: bytes).advisory())
    }

    private func advisory() throws(Flaw) -> Advisory {
        guard document.category == "csaf_security_advisory" else {
            throw Flaw("it is no security advisory, but a \(FeedText.line(document.category, bytes: 80))")
        }
        let source = try source()
        let tracked = try FeedText.token(document.tracking.id, "its id")
        let id = source == .microsoft && tracked.hasPrefix("msrc_") ? String(tracked.dropFirst(5)) : tracked
        let products = (product_tree ?? CSAFProducts()).index()
        return Advisory(
            id: id,
            source: source,
            title: FeedText.line(document.title),
            classification: "security",
            severityWord: FeedText.line(document.aggregate_severity?.text, bytes: 80),
            cves: try FeedText.cves((vulnerabilities ?? []).compactMap(\.cve)),
            issued: FeedText.date(document.tracking.initial_release_date),
            updated: updated,
            fixes: try source == .microsoft ? microsoftFixes(products) : packageFixes(products),
            link: FeedText.link(document.references?.first { $0.category == "self" }?.url)
        )
    }

    // MARK: - Steps

    /// The last revision that changed anything: Red Hat writes its documents anew again and again, and says so.
    private var updated: Timestamp? {
        let changes = (document.tracking.revision_history ?? []).filter { $0.summary != "Last generated version" }
        let dates = changes.compactMap { FeedText.date($0.date) }
        return dates.max() ?? FeedText.date(document.tracking.current_release_date)
    }

    private func source() throws(Flaw) -> AdvisorySource {
        let namespace = document.publisher.namespace
        if namespace.hasSuffix("microsoft.com") { return .microsoft }
        if namespace.hasSuffix("redhat.com") { return .redHat }
        throw Flaw("its publisher is not one that is known: \(FeedText.line(namespace, bytes: 80))")
    }

    private var vendorFixes: [Remediation] {
        (vulnerabilities ?? []).flatMap { $0.remediations ?? [] }.filter { $0.category == "vendor_fix" }
    }

    /// Each fixed product is a package as a component of a release.
    private func packageFixes(_ products: CSAFProducts.Index) throws(Flaw) -> [FixedPackage] {
        var needs: [String: RebootNeed] = [:]
        for remediation in vendorFixes {
            for id in remediation.product_ids ?? [] {
                needs[id] = [needs[id] ?? .unstated, remediation.rebootNeed].max { $0.rank < $1.rank }
            }
        }
        let fixed = Set((vulnerabilities ?? []).flatMap { $0.product_status?.fixed ?? [] })
        try check(fixed.count)
        // A module's stream has no version of its own; its packages are listed beside it.
        return fixed.compactMap { id in
            guard let (package, release) = products.component(id), let name = RPMName(package) else { return nil }
            return name.fix(of: release, needs[id] ?? .unstated)
        }
    }

    /// The fix stands in the remediation of each product that is affected, as `BUILD:KIND:ADDRESS`.
    private func microsoftFixes(_ products: CSAFProducts.Index) throws(Flaw) -> [FixedPackage] {
        var fixes: [FixedPackage] = []
        for remediation in vendorFixes {
            let build = remediation.details.prefix { $0 != ":" }
            guard remediation.details.contains(":"), WindowsBuild(String(build)) != nil else { continue }
            try check(fixes.count + (remediation.product_ids?.count ?? 0))
            let update = remediation.url.flatMap { MicrosoftUpdate.name(inAddress: $0) }
            for id in remediation.product_ids ?? [] {
                let product = products.family(id) ?? "product \(FeedText.line(id, bytes: 80))"
                fixes.append(
                    FixedPackage(
                        product: product,
                        name: update ?? product,
                        version: String(build),
                        reboot: remediation.rebootNeed
                    )
                )
            }
        }
        return fixes
    }

    private func check(_ fixes: Int) throws(Flaw) {
        guard fixes <= FeedLimits.fixes else { throw Flaw("it has more than \(FeedLimits.fixes) fixes") }
    }
}

/// `NAME-EPOCH:VERSION-RELEASE.ARCHITECTURE`.
private struct RPMName {
    private let name: String
    private let version: String
    private let architecture: String

    /// nil for what is no package at a version.
    init?(_ text: String) {
        let token: String
        do {
            token = try FeedText.token(text, "a package")
        } catch {
            return nil
        }
        guard let dot = token.lastIndex(of: "."), let hyphen = token[..<dot].lastIndex(of: "-"),
            let first = token[..<hyphen].lastIndex(of: "-"), first > token.startIndex
        else { return nil }
        name = String(token[..<first])
        let version = token[token.index(after: first)..<dot]
        guard version.first?.isNumber == true || version.contains(":") else { return nil }
        self.version = String(version.hasPrefix("0:") ? version.dropFirst(2) : version)
        architecture = String(token[token.index(after: dot)...])
    }

    func fix(of product: String, _ need: RebootNeed) -> FixedPackage {
        let isSource = architecture == "src"
        return FixedPackage(
            product: product,
            name: name,
            architecture: isSource ? nil : architecture,
            version: version,
            isSource: isSource,
            reboot: need
        )
    }
}
