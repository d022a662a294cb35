import Domain
import ReadModels
import Time

/// SSM's `PatchComplianceData`: one patch of a node.
struct PatchItemView: Encodable, Sendable {
    private enum CodingKeys: String, CodingKey {
        case title, classification, severity, state, installedTime
        case kbID = "KBId"
        case cves = "CVEIds"
    }

    var title: String
    var kbID: String
    var classification: String
    var severity: String
    var state: String
    /// 1970 where nobody knows when, and for what is not there.
    var installedTime = EpochSeconds(Timestamp(microseconds: 0))
    var cves: String?

    init(_ patch: PatchView) {
        title = patch.title
        kbID = patch.wireID
        classification = patch.classification ?? ""
        severity = patch.severity ?? ""
        state = patch.state
        cves = patch.cves.isEmpty ? nil : patch.cves.joined(separator: ",")
    }
}

extension PatchView {
    /// `name.arch`; the name alone of what has no architecture, as a KB.
    var wireID: String { architecture.isEmpty ? name : "\(name).\(architecture)" }

    var title: String { version.isEmpty ? wireID : "\(wireID):\(version)" }
}

extension NodePatchesView {
    /// What reports list: what is not applicable is named on Windows alone (ssm-semantics §4.1).
    func listed(on system: OperatingSystem?) -> [PatchView] {
        system == .windows ? patches : patches.filter { $0.state != PatchState.notApplicable.rawValue }
    }
}
