import AgentProtocol
import Time

/// An update as the Windows Update agent tells it, installed or on offer: IUpdate's properties.
struct OfferedUpdate: Decodable, Equatable, Sendable {
    struct Category: Decodable, Equatable, Sendable {
        /// `Product`, `ProductFamily`, `UpdateClassification` and others.
        var type: String
        var name: String
    }

    var id: String
    var revision: Int
    var title: String
    /// Without the letters `KB`.
    var kb: [String]
    var categories: [Category]
    /// Empty where Microsoft gives none, as often.
    var severity: String
    var cves: [String]
    var bulletins: [String]
    /// The ids of the updates that it replaces.
    var supersedes: [String]
    /// When its offer was changed last.
    var changedAt: String?
    var bytes: Int64
    var isInstalled: Bool
    var isDownloaded: Bool
    /// A person hides it on the host.
    var isHidden: Bool
    var isMandatory: Bool
    var isOptional: Bool
    /// It is installed and takes effect with the next boot.
    var wantsReboot: Bool
    /// 0 never, 1 always, 2 it may ask for one.
    var rebootBehavior: Int
    /// 0 normal, 1 minor, 2 it must be installed alone.
    var impact: Int
    /// It may ask a person something.
    var canAsk: Bool

    var identity: UpdateIdentity { UpdateIdentity(id: id, revision: revision) }

    /// `KB5036909`; the id of an update without an article.
    var name: String { kb.first.map { "KB\($0)" } ?? id }

    /// SSM's word such as `SecurityUpdates`: the category's name without spaces.
    var classification: String {
        categories.first { $0.type == "UpdateClassification" }?.name.filter { $0 != " " } ?? ""
    }

    /// The host's defence against malware is renewed several times a day, and is no patch.
    var isDefinition: Bool { classification == "DefinitionUpdates" }

    var mustBeAlone: Bool { impact == 2 }

    /// A cumulative update of the system, which moves the build; by its English title.
    var isCumulative: Bool { title.contains("Cumulative Update") && !title.contains(".NET") }

    /// The build and revision that newer titles end in, `(26100.4349)`; nil where the title says nothing.
    var revisionAfter: (build: Int, revision: Int)? {
        guard isCumulative, title.hasSuffix(")"), let open = title.lastIndex(of: "(") else { return nil }
        let parts = title[title.index(after: open)...].dropLast().split(separator: ".").map { Int($0) }
        guard parts.count == 2, let build = parts[0], let revision = parts[1] else { return nil }
        return (build, revision)
    }

    func reference(_ facts: WindowsFacts) -> PatchReference {
        PatchReference(name: name, architecture: facts.architecture.lowercased(), version: identity.description)
    }

    /// As baselines judge it.
    var notice: UpdateNotice {
        UpdateNotice(
            id: name,
            type: classification,
            severity: severity.isEmpty ? "Unspecified" : severity,
            cves: cves.sorted(),
            issued: changedAt.flatMap(Timestamp.init(iso8601:)),
            updated: nil,
            version: identity.description
        )
    }

    /// Where it comes from, in the words of an archive: the product and the classification that it is filed under.
    func origin(_ source: UpdateSource) -> PackageOrigin {
        PackageOrigin(
            origin: "Microsoft",
            label: source.name,
            codename: categories.first { $0.type == "Product" }?.name ?? "",
            archive: classification
        )
    }
}

/// Which server the host's updates come from.
struct UpdateSource: Decodable, Equatable, Sendable {
    /// The address of a WSUS server by the host's policy.
    var server: String?
    var usesServer: Bool
    /// Windows patches itself when it likes.
    var isAutomatic: Bool

    var name: String { usesServer ? server ?? "WSUS" : "Windows Update" }
}
