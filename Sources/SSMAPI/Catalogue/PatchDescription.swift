import Domain

/// SSM's `Patch`: one of a vendor's catalogue.
///
/// Windows' have other members than Linux' (ssm-semantics §1.2).
struct PatchDescription: Encodable, Sendable {
    private enum CodingKeys: String, CodingKey {
        case id, releaseDate, title, contentUrl, vendor, productFamily, product, classification, msrcSeverity
        case kbNumber, language, advisoryIds, name, epoch, version, release, arch, severity
        case cves = "CVEIds"
    }

    /// That the model allows.
    private static let longestID = 100

    var id: String?
    var releaseDate: EpochSeconds?
    var title: String
    var contentUrl: String?
    var vendor: String
    var productFamily: String
    var product: String
    var classification: String?
    var msrcSeverity: String?
    var kbNumber: String?
    var language: String?
    var advisoryIds: [String]?
    var cves: [String]?
    var name: String?
    var epoch: Int?
    var version: String?
    var release: String?
    var arch: String?
    var severity: String?

    init(_ found: CataloguePatch) {
        let (patch, system) = (found.candidate.patch, found.candidate.system)
        let wireID = patch.architecture.isEmpty ? patch.name : "\(patch.name).\(patch.architecture)"
        id = wireID.count <= Self.longestID ? wireID : nil
        releaseDate = found.releasedAt.map(EpochSeconds.init)
        vendor = system.vendor
        productFamily = system.product(version: "")
        product = found.candidate.product
        classification = Self.word(found.candidate.notices.first?.classification)
        let severity = Self.word(found.severityWord)
        cves = found.cves
        if system == .windows {
            title = "\(patch.name) for \(product)"
            contentUrl = "https://support.microsoft.com/en-us/kb/\(patch.name.dropFirst(2))"
            (msrcSeverity, kbNumber, language) = (severity ?? "Unspecified", patch.name, "All")
        } else {
            let parts = patch.versionParts
            (title, contentUrl, name, self.severity) = (found.title, found.link, patch.name, severity)
            (epoch, version, release) = (parts.epoch.flatMap { Int($0) } ?? 0, parts.version, parts.release)
            arch = patch.architecture.isEmpty ? nil : patch.architecture
            advisoryIds = found.candidate.notices.map(\.id)
        }
    }

    /// As SSM spells words: `Security` where the feed has `security`.
    private static func word(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// What the filters of DescribeAvailablePatches ask for.
    func values(_ key: String) -> [String] {
        switch key {
        case "PATCH_ID": [id, kbNumber, kbNumber.map { String($0.dropFirst(2)) }].compactMap(\.self)
        case "PATCH_SET": ["OS"]
        case "PRODUCT": [product]
        case "PRODUCT_FAMILY": [productFamily]
        case "CLASSIFICATION": [classification].compactMap(\.self)
        case "MSRC_SEVERITY": [msrcSeverity].compactMap(\.self)
        case "SEVERITY": [severity].compactMap(\.self)
        case "NAME": [name].compactMap(\.self)
        case "EPOCH": [epoch.map { "\($0)" }].compactMap(\.self)
        case "VERSION": [version].compactMap(\.self)
        case "RELEASE": [release].compactMap(\.self)
        case "ARCH": [arch].compactMap(\.self)
        case "ADVISORY_ID": advisoryIds ?? []
        case "CVE_ID": cves ?? []
        case "SECURITY": ["\(classification?.hasPrefix("Security") ?? false)"]
        // What feeds do not tell.
        default: []
        }
    }
}

extension OperatingSystem {
    fileprivate var vendor: String {
        switch self {
        case .windows: "Microsoft"
        case .amazonLinux, .amazonLinux2, .amazonLinux2022, .amazonLinux2023: "Amazon.com"
        case .redHat: "Red Hat"
        case .ubuntu: "Ubuntu"
        case .debian: "Debian"
        case .suse: "SUSE"
        case .centOS: "CentOS"
        case .oracle: "Oracle"
        case .rocky: "Rocky Linux"
        case .alma: "AlmaLinux"
        case .macOS: "Apple"
        case .raspbian: "Raspbian"
        }
    }
}
