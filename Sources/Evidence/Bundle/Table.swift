/// The tables of a bundle and their columns.
///
/// `shard` and `position` are the place of the commit that a row follows from.
enum Table: String, CaseIterable, Sendable {
    case population, reconciliation, findings, changes, runs, windows, approvals, policies, waivers, late, unknown
    case reboots

    var path: String { "\(rawValue).csv" }

    var columns: [String] {
        switch self {
        case .population:
            [
                "node", "name", "site", "patch_group", "platform", "platform_version", "architecture", "agent_version",
                "instance", "account", "enrolled_at", "revoked_at", "state", "compliance", "unknown_reason",
                "missing_patches", "critical_missing_patches", "pending_reboot", "baseline", "last_scan_at",
                "open_findings",
            ]
        case .reconciliation: ["listed_as", "node", "name", "in"]
        case .findings:
            [
                "node", "site", "patch_group", "advisory", "source", "severity", "cves", "package", "architecture",
                "installed_version", "fixed_version", "known_exploited", "published_at", "first_known_at",
                "clock_started_at", "due_at", "found_at", "closed_at", "state", "waived_until", "advisory_digest",
            ]
        case .changes:
            [
                "at", "node", "site", "patch_group", "package", "architecture", "version_before", "version_ordered",
                "version_after", "outcome", "failure", "order", "cycle", "stage", "rollout", "plan_digest", "shard",
                "position",
            ]
        case .runs:
            [
                "at", "node", "site", "patch_group", "operation", "state", "cause", "order", "cycle", "stage",
                "rollout", "shard", "position",
            ]
        case .windows:
            [
                "rollout", "cycle", "stage", "site", "patch_group", "operation", "opens", "cutoff", "closes",
                "targets", "succeeded", "failed", "timed_out", "refused", "cancelled", "missed_window", "unknown",
                "not_ended", "max_concurrency", "max_errors", "ended_at",
            ]
        case .approvals:
            [
                "at", "decision", "by", "subject", "stage", "plan_digest", "reason", "detail", "shard", "position",
            ]
        case .policies: ["digest", "applied_by", "in_force_from", "in_force_until", "shard", "position"]
        case .waivers:
            [
                "id", "subject", "scope", "reason", "compensating_control", "owner", "requested_by", "requested_at",
                "approved_by", "approved_at", "expires_at", "policy_digest",
            ]
        case .late:
            [
                "node", "site", "patch_group", "advisory", "source", "severity", "package", "architecture", "due_at",
                "closed_at", "hours_late", "cause", "last_install_order", "last_install_at",
            ]
        case .unknown:
            [
                "node", "site", "patch_group", "hours_in_scope", "hours_unknown", "longest_gap_from",
                "longest_gap_until", "longest_gap_cause",
            ]
        case .reboots:
            [
                "at", "node", "site", "patch_group", "order", "outcome", "boot_before", "boot_after", "kernel_before",
                "kernel_after", "kernel_expected", "reasons", "missing", "shard", "position",
            ]
        }
    }
}
