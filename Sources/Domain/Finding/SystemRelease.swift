/// A release of an operating system that vendors publish advisories for: where the words of feeds and of hosts meet.
package struct SystemRelease: Hashable, Sendable, CustomStringConvertible {
    /// `ID` of os-release(5), or `windows`.
    package let platform: String
    /// As far as advisories go by it, such as `12`, `22.04`, `2023` or, of Windows, `Server2022`.
    package let version: String

    package var description: String { "\(platform) \(version)" }

    /// The release of a host; of one that no feed knows, such as a derivative, it meets no advisory.
    ///
    /// - Parameters:
    ///   - platform: `ID` of os-release(5), or `windows`.
    ///   - version: `VERSION_ID`; of Windows what follows the product's name.
    package init(platform: String, version: String) {
        self.platform = platform.lowercased()
        let version = version.filter { !$0.isWhitespace && $0 != "," }
        self.version = Self.byMajorVersion.contains(self.platform) ? String(version.prefix { $0 != "." }) : version
    }

    /// Their point releases have one stream of updates.
    private static let byMajorVersion: Set<String> = ["debian", "rhel", "almalinux", "rocky", "ol", "centos"]
}

extension SystemRelease {
    /// The release that a fix is for.
    ///
    /// nil where not every host of a release may have it, and hosts do not tell whether they may: streams of modules, extended support
    /// and subscriptions (Ubuntu Pro, EUS), Amazon's extras. Also for products that are no system.
    ///
    /// - Parameter product: in the feed's words, see ``FixedPackage/product``.
    package init?(product: String, of source: AdvisorySource) {
        let release =
            switch source {
            case .debian: Self.debianVersions[product].map { ("debian", $0) }
            case .ubuntu: Self.ubuntu(product)
            case .microsoft: Self.windows(product)
            case .amazonLinux, .redHat, .fedora: Self.rpm(Words(product))
            }
        guard let (platform, version) = release else { return nil }
        self.init(platform: platform, version: version)
    }

    // MARK: - Steps

    private static let debianVersions = [
        "stretch": "9", "buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14",
    ]

    /// `Ubuntu:24.10` or `Ubuntu:22.04:LTS`; what has other parts is for subscribers or for special kernels.
    private static func ubuntu(_ product: String) -> (String, String)? {
        let parts = product.split(separator: ":")
        guard parts.count == 2 || parts.count == 3 && parts[2] == "LTS", parts[0] == "Ubuntu",
            parts[1].first?.isNumber == true
        else { return nil }
        return ("ubuntu", String(parts[1]))
    }

    /// An installation without a desktop and every architecture have the same builds.
    private static func windows(_ product: String) -> (String, String)? {
        guard product.hasPrefix("Windows ") else { return nil }
        var name = product.dropFirst("Windows ".count)
        if let bracket = name.firstIndex(of: "(") { name = name[..<bracket] }
        if name.hasSuffix(" Systems"), let end = name.range(of: " for ") { name = name[..<end] }
        return ("windows", String(name))
    }

    private static func rpm(_ words: Words) -> (String, String)? {
        guard let (platform, rest) = words.platform, !rest.contains(where: Self.special.contains),
            let number = rest.firstIndex(where: { $0.first?.isNumber == true }), rest[number].allSatisfy(\.isNumber)
        else { return nil }
        // An extra of Amazon's may have another version of a package that all have; a live patch is a package of its own.
        let isWhole = platform != "amzn" || number == rest.indices.last || rest.contains("livepatch")
        return isWhole ? (platform, rest[number]) : nil
    }

    /// Words of extended support, of a module's stream, and of the minor version that it is bound to.
    private static let special: Set<String> = ["eus", "aus", "tus", "e4s", "els", "module", "dot"]

    /// A product in lower case without punctuation: repositories are named in several ways.
    private struct Words {
        private let words: [String]

        init(_ product: String) {
            words = product.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "." }
                .map { String($0.hasPrefix("v.") ? $0.dropFirst(2) : $0) }.filter { !$0.isEmpty }
        }

        private static let names: [([String], String)] = [
            (["amazon", "linux"], "amzn"), (["red", "hat", "enterprise", "linux"], "rhel"), (["rhel"], "rhel"),
            (["almalinux"], "almalinux"), (["rocky"], "rocky"), (["oracle", "linux"], "ol"), (["centos"], "centos"),
            (["fedora"], "fedora"),
        ]

        /// The system, and the words after its name.
        var platform: (String, [String])? {
            Self.names.first { words.starts(with: $0.0) }.map { ($0.1, Array(words.dropFirst($0.0.count))) }
        }
    }
}

extension Substring {
    /// Where the text is; nil when it is not in there.
    fileprivate func range(of text: String) -> Index? {
        indices.first { self[$0...].hasPrefix(text) }
    }
}
