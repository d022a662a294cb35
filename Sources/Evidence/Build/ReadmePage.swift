/// The page of a bundle for people.
struct ReadmePage {
    private static let contents: [(Table, String)] = [
        (.population, "Every node that was under management in the period, and what was known of it at the end."),
        (.reconciliation, "The population beside an external list of hosts: in both, only theirs, only ours."),
        (.findings, "Every advisory that a scan of the period found missing on a node, from found to closed."),
        (.late, "The findings that were open longer than the policy allows, with the cause."),
        (.unknown, "For every node, how many hours nothing proved whether it was compliant."),
        (.changes, "Every patch that an order installed, or tried to, with the versions before and after."),
        (.runs, "How every run of an order on a node ended."),
        (.reboots, "Every reboot, ordered or not, with the boots and kernels before and after."),
        (.windows, "Every maintenance window that was used, and how its hosts fared."),
        (.approvals, "What people decided: starts, approvals, pauses, aborts, rejections, policies."),
        (.policies, "The policies that were in force, in turn; their text is in the folder policy."),
        (.waivers, "The accepted exceptions of these policies."),
    ]

    private let manifest: Manifest
    private let fingerprint: String

    init(_ manifest: Manifest, fingerprint: String) {
        self.manifest = manifest
        self.fingerprint = fingerprint
    }

    var html: String {
        HTML.page(title: "Patching evidence, \(manifest.period.name)", [scope, contents, verification])
    }

    // MARK: - Steps

    private var scope: String {
        let period = manifest.period
        let end = period.isOver ? "." : ", when the month was not over."
        let sites = manifest.sites.joined(separator: ", ")
        return HTML.paragraph(
            "From \(period.begin) until \(period.end)\(end) Built at \(manifest.builtAt). "
                + (sites.isEmpty ? "The whole fleet." : "Sites: \(sites).") + " Times are UTC."
        )
    }

    private var contents: String {
        let rows = Dictionary(manifest.files.map { ($0.path, $0.rows ?? 0) }) { first, _ in first }
        let commits = rows.filter { $0.key.hasPrefix("\(BundleNames.events)/") }.values.reduce(0, +)
        let tables = Self.contents.map { [$0.path, "\(rows[$0.path] ?? 0)", $1] }
        let events = ["events/", "\(commits)", "The commits of the log from which all tables but findings follow."]
        return HTML.heading("What is in it") + HTML.table(["File", "Rows", "What it holds"], tables + [events])
    }

    private var verification: String {
        [
            HTML.heading("How to verify it"),
            HTML.paragraph(
                "Get the public key from its owner by another way than this folder. Its fingerprint must be:"
            ),
            HTML.code(fingerprint),
            HTML.code("ringmaster evidence verify . --key evidence.pub\npython3 verify-evidence.py . evidence.pub"),
            HTML.paragraph(
                "It needs no network. The guide for auditors (docs/evidence.md) tells what each step proves, and how "
                    + "samples are drawn."
            ),
        ].joined(separator: "\n")
    }
}
