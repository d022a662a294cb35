package import Client
package import Domain
package import FoundationEssentials
package import ReadModels
package import Time

/// What an operator can ask of a control plane.
extension ControlPlaneClient {
    package func createActivation(_ request: CreateActivation) async throws -> ActivationView {
        try await post(.api("activations"), request)
    }

    /// The nodes, without the lists of what each lacks.
    ///
    /// - Parameter agent: how ``NodeView/agent`` begins; nil for all.
    package func nodes(agent: String? = nil) async throws -> [NodeView] { try await all("nodes", agent: agent) }

    package func node(_ id: String) async throws -> NodeView { try await get(.api("nodes", id)) }

    /// The states of its patches.
    package func patches(ofNode id: String) async throws -> NodePatchesView {
        try await get(.api("nodes", id, "patches"))
    }

    /// - Parameter patch: a package's name or a pattern; nil for all that is on offer or waits for a boot.
    package func why(node id: String, patch: String?) async throws -> ExplanationsView {
        try await get(.api("nodes", id, "why", query: ["patch": patch]))
    }

    /// What programs printed on it, the newest first.
    package func outputs(ofNode id: String) async throws -> [OutputView] {
        let page: Listing<OutputView> = try await get(.api("nodes", id, "outputs"))
        return page.items
    }

    /// The text of one of them as it was printed, compressed by gzip.
    package func output(_ output: OutputView, ofNode id: String) async throws -> Data {
        try await bytes(Route("api", "v1", "nodes", id, "outputs", output.order, output.name))
    }

    package func revoke(node id: String, _ request: RevokeNode) async throws -> NodeView {
        try await post(.api("nodes", id, "revoke"), request)
    }

    package func approve(node id: String, _ request: ApproveNode) async throws -> NodeView {
        try await post(.api("nodes", id, "approve"), request)
    }

    package func startCycle(_ request: StartCycle) async throws -> CycleStarted {
        try await post(.api("cycles"), request)
    }

    package func startRun(_ request: StartRun) async throws -> CycleStarted {
        try await post(.api("runs"), request)
    }

    /// What the documents of a run, or of a cycle, did.
    package func run(_ id: String, _ detail: RunDetail) async throws -> RunView {
        switch detail {
        case .summary: try await get(.api("runs", id, query: ["summary": "true"]))
        case .hosts(let node): try await get(.api("runs", id, query: ["output-of": node]))
        }
    }

    package func cycles() async throws -> [CycleSummary] { try await all("cycles") }

    /// The cycle now, or as it was at `moment`.
    ///
    /// - Parameter hosts: whether every host is in it, or those alone that failed.
    package func cycle(_ id: String, at moment: Timestamp? = nil, hosts: Bool = false) async throws -> CycleView {
        try await get(.api("cycles", id, query: ["at": moment?.description, "hosts": hosts ? "true" : nil]))
    }

    /// What the cycle's frozen plan brings to whom.
    package func plan(ofCycle id: String) async throws -> PlanView { try await get(.api("cycles", id, "plan")) }

    package func approve(_ id: String, _ request: ApproveStage) async throws -> CycleView {
        try await post(.api("cycles", id, "approvals"), request)
    }

    /// - Parameter verb: `abort`, `pause` or `resume`.
    package func steer(_ id: String, _ verb: String, _ request: SteerCycle) async throws -> CycleView {
        try await post(.api("cycles", id, verb), request)
    }

    package func policy() async throws -> PolicyView { try await get(.api("policy")) }

    /// What applying the policy would change.
    package func diff(_ policy: Policy) async throws -> PolicyDiffView {
        try await post(.api("policy", "diff"), DiffPolicy(policy: policy))
    }

    package func apply(_ request: ApplyPolicy) async throws -> PolicyView { try await post(.api("policy"), request) }

    package func preview(_ request: PreviewBaseline) async throws -> BaselinePreviewView {
        try await post(.api("baselines", "preview"), request)
    }

    package func reject(_ request: RejectPatch) async throws -> RejectionView {
        try await post(.api("policy", "rejections"), request)
    }

    package func accept(_ request: AcceptPatch) async throws -> PolicyView {
        try await post(.api("policy", "acceptances"), request)
    }

    /// The next openings of the policy's windows.
    ///
    /// - Parameter name: of one window; nil for all.
    package func windows(named name: String?, from moment: Timestamp?, count: Int) async throws -> [WindowView] {
        let query: KeyValuePairs<String, String?> = [
            "name": name, "from": moment?.description, "count": "\(count)",
        ]
        let page: Listing<WindowView> = try await get(.api("windows", query: query))
        return page.items
    }

    package func rehearse(_ workflow: String, from moment: Timestamp?, hostMinutes: Int) async throws -> RehearsalView {
        try await get(
            Route(
                "api",
                "v1",
                "workflows",
                workflow,
                "rehearsal",
                query: ["from": moment?.description, "host-minutes": "\(hostMinutes)"]
            )
        )
    }

    /// Imports the file as a feed.
    package func importAdvisories(
        feed: String,
        file: String,
        format: String?,
        url: String?,
        etag: String?,
        by: String?
    ) async throws -> AdvisoriesImported {
        let query: KeyValuePairs<String, String?> = [
            "feed": feed, "format": format, "url": url, "etag": etag, "by": by,
        ]
        return try await upload(.api("advisories", "imports", query: query), file: file)
    }

    /// The newest imports, of one feed or of all.
    package func advisoryImports(feed: String?, limit: Int) async throws -> [AdvisoryImportView] {
        let query: KeyValuePairs<String, String?> = ["feed": feed, "limit": "\(limit)"]
        let page: Listing<AdvisoryImportView> = try await get(.api("advisories", "imports", query: query))
        return page.items
    }

    /// The latest advisories that fit all that is given.
    package func advisories(
        source: String?,
        cve: String?,
        package: String?,
        since: Timestamp?,
        limit: Int
    ) async throws -> [AdvisorySummary] {
        let query: KeyValuePairs<String, String?> = [
            "source": source, "cve": cve, "package": package, "released-since": since?.description, "limit": "\(limit)",
        ]
        let page: Listing<AdvisorySummary> = try await get(.api("advisories", query: query))
        return page.items
    }

    /// - Parameters:
    ///   - source: nil for whichever has the id.
    ///   - version: its digest; nil for the current one.
    package func advisory(_ id: String, source: String?, version: String?) async throws -> AdvisoryView {
        let query: KeyValuePairs<String, String?> = ["version": version]
        guard let source else { return try await get(.api("advisories", id, query: query)) }
        return try await get(Route("api", "v1", "advisories", source, id, query: query))
    }

    /// The nodes that lack the fixes of a CVE or an advisory: all pages as one.
    ///
    /// - Parameter source: only by advisories of this source.
    package func impact(of subject: String, source: String?) async throws -> ImpactPage {
        var whole = ImpactPage(items: [], judged: 0, unjudged: 0, next: nil)
        repeat {
            let query: KeyValuePairs<String, String?> = [
                "of": subject, "source": source, "after": whole.next,
                "limit": "\(Listing<ImpactView>.maximumCount)",
            ]
            let page: ImpactPage = try await get(.api("advisories", "impact", query: query))
            whole.items += page.items
            whole.judged += page.judged
            whole.unjudged += page.unjudged
            whole.next = page.next
        } while whole.next != nil
        return whole
    }

    /// The findings that are due first, and how many there are of each state.
    ///
    /// - Parameter state: of those that are listed; nil for all.
    package func sla(state: SLAClock.State?, limit: Int) async throws -> SLAView {
        try await get(.api("sla", query: ["state": state?.rawValue, "limit": "\(limit)"]))
    }

    /// The policy's groups of reboot slots.
    package func rebootSlots() async throws -> [RebootSlotsView] {
        let page: Listing<RebootSlotsView> = try await get(.api("reboot-slots"))
        return page.items
    }

    package func rebootSlots(of group: String) async throws -> RebootSlotsView {
        try await get(.api("reboot-slots", group))
    }

    package func release(slotOf group: String, _ request: ReleaseRebootSlot) async throws -> RebootSlotsView {
        try await post(.api("reboot-slots", group, "release"), request)
    }

    /// How the engines do, and what is set aside.
    package func engine() async throws -> EngineView { try await get(.api("engine")) }

    /// - Parameter verb: `retry` or `discard`.
    package func settle(_ verb: String, _ request: SettleMessage) async throws -> SettlementView {
        try await post(.api("engine", verb), request)
    }

    /// - Parameters:
    ///   - stream: only its events; nil for those of all.
    ///   - includesEngine: whether the engine's own streams are among all.
    ///   - waitSeconds: how long the server may hold the answer back until there is an event.
    package func events(
        after cursor: String?,
        stream: String?,
        includesEngine: Bool,
        limit: Int,
        waitSeconds: Int
    ) async throws -> EventPage {
        try await get(
            .api(
                "events",
                query: [
                    "after": cursor, "stream": stream, "all": includesEngine ? "true" : nil, "limit": "\(limit)",
                    "wait": waitSeconds > 0 ? "\(waitSeconds)" : nil,
                ]
            )
        )
    }

    /// The newest events, oldest first.
    package func latestEvents(_ count: Int, stream: String?, includesEngine: Bool) async throws -> EventPage {
        try await get(
            .api("events", query: ["last": "\(count)", "stream": stream, "all": includesEngine ? "true" : nil])
        )
    }

    /// Every item of a list, page by page.
    private func all<Item>(
        _ noun: String,
        agent: String? = nil
    ) async throws -> [Item] where Item: Codable & Equatable & Sendable {
        var (items, after) = ([Item](), String?.none)
        repeat {
            let query: KeyValuePairs<String, String?> = [
                "agent": agent, "after": after, "limit": "\(Listing<Item>.maximumCount)",
            ]
            let page: Listing<Item> = try await get(.api(noun, query: query))
            items += page.items
            after = page.next
        } while after != nil
        return items
    }

    /// The compliance of every host of the cycle, one row each.
    package func reportCSV(cycle id: String) async throws -> Data { try await bytes(.api("cycles", id, "report.csv")) }

    /// The pieces of the CSV of all nodes, or of a site's.
    package func hostTable(site: String?, _ body: (Data) throws -> Void) async throws {
        try await stream(.api("reports", "hosts.csv", query: ["site": site]), body)
    }
}
