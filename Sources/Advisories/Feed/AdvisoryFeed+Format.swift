extension AdvisoryFeed {
    /// How a feed is written.
    package enum Format: String, CaseIterable, Sendable {
        /// updateinfo.xml of Amazon Linux, of Red Hat and its rebuilds, of Fedora.
        case updateinfo
        /// Canonical's records in the OSV format: USN, LSN and UBUNTU-CVE.
        case ubuntuOSV = "ubuntu-osv"
        /// The JSON of Debian's security tracker.
        case debianTracker = "debian-tracker"
        /// The list of DSA or DLA in Debian's security tracker's repository.
        case debianList = "debian-list"
        /// Microsoft's document for a month, as XML.
        case msrcCVRF = "msrc-cvrf"
        /// A security advisory of Microsoft or Red Hat in CSAF 2.0.
        case csaf
        /// CISA's catalogue of known exploited vulnerabilities.
        case knownExploited = "kev"
        /// FIRST's exploit probabilities.
        case exploitProbabilities = "epss"
    }
}

extension AdvisoryFeed.Format {
    /// Tells the format by the first bytes of the uncompressed feed.
    init(head: [UInt8]) throws(Flaw) {
        let text = String(decoding: head.prefix(4_096), as: UTF8.self)
        let start = text.drop { $0.isWhitespace || $0 == "\u{feff}" }
        let told: Self? =
            switch start.first {
            case "<": try Self(xmlRoot: XMLProlog.rootName(of: head))
            case "#": start.hasPrefix("#model_version:") ? .exploitProbabilities : nil
            case "c": start.hasPrefix("cve,epss,percentile") ? .exploitProbabilities : nil
            case "[": DebianListReader.isHeader(start.prefix { !$0.isNewline }) ? .debianList : nil
            case "{": Self(json: start)
            default: nil
            }
        guard let told else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw Flaw("its content is of no format that is known (\(known)); if it is one of them, say which")
        }
        self = told
    }

    private init?(xmlRoot name: String) {
        switch name {
        case "updates": self = .updateinfo
        case "cvrfdoc": self = .msrcCVRF
        default: return nil
        }
    }

    /// By members that the others do not have and that stand near the beginning.
    private init?(json start: Substring) {
        if start.contains("\"catalogVersion\"") {
            self = .knownExploited
        } else if start.contains("\"schema_version\"") {
            self = .ubuntuOSV
        } else if start.contains("\"csaf_version\"") || start.contains("\"document\"") {
            self = .csaf
        } else if start.contains("\"releases\"") {
            self = .debianTracker
        } else {
            return nil
        }
    }

    var isOneRecordPerFile: Bool { self == .ubuntuOSV || self == .csaf }

    /// Delivers every entry of the file; what it throws is a ``Flaw`` or what `deliver` throws.
    func read(_ file: FeedFile, _ deliver: (FeedItem) throws -> Void) throws {
        switch self {
        case .updateinfo: try XMLFeed(root: "updates", entries: UpdateinfoEntries()).read(file, deliver)
        case .msrcCVRF: try XMLFeed(root: "cvrfdoc", entries: CVRFEntries()).read(file, deliver)
        case .ubuntuOSV: try JSONFeed(path: [], OSVRecord.item).read(file, deliver)
        case .csaf: try JSONFeed(path: [], CSAFDocument.item).read(file, deliver)
        case .debianTracker: try JSONFeed(path: [.eachMember, .eachMember], TrackerRecord.item).read(file, deliver)
        case .knownExploited:
            let path: [JSONEntryScanner.Step] = [.member("vulnerabilities"), .eachElement]
            try JSONFeed(path: path, CatalogueRecord.item).read(file, deliver)
        case .debianList: try DebianListReader().read(file, deliver)
        case .exploitProbabilities: try ScoreReader().read(file, deliver)
        }
    }
}
