/// The name of a rollout, `CYCLE/STAGE/SITE/PATCH-GROUP`.
///
/// Orders and reports are known by ids that begin with it, and ids are at most 256 bytes: with its parts in their bounds it has at
/// most 220.
package enum RolloutName {
    /// In bytes; a cycle's name adds up to 21 to its workflow's.
    package static let maximumWorkflow = 60
    package static let maximumStage = 30
    package static let maximumSite = 50
    package static let maximumPatchGroup = 50

    package static func of(cycle: String, stage: String, site: String, patchGroup: String) -> String {
        "\(cycle)/\(stage)/\(site)/\(patchGroup)"
    }

    /// The cycle that a rollout belongs to; cycles' names have no slash.
    package static func cycle(of rollout: String) -> String {
        String(rollout.prefix { $0 != "/" })
    }
}
