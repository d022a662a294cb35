import ReadModels
import Time

/// Views for the tests, after the reference fleet.
enum Sample {
    static let start = Timestamp(microseconds: 1_795_420_800_000_000)  // 2026-11-23T08:00:00Z
    static let plan = "3f9a0c21d4e87b6655443322110099ffeeddccbbaa99887766554433221100aa"
    static let definition = "77ab01cd23ef45670123456789abcdef0123456789abcdef0123456789abcdef"

    static func counts(
        _ targets: Int,
        queued: Int = 0,
        inFlight: Int = 0,
        succeeded: Int = 0,
        failed: Int = 0,
        other: Int = 0
    ) -> CountsView {
        CountsView(
            targets: targets,
            queued: queued,
            inFlight: inFlight,
            succeeded: succeeded,
            failed: failed,
            other: other
        )
    }

    static func lane(
        _ site: String,
        _ group: String,
        _ state: String,
        _ counts: CountsView,
        hosts: [HostRunView] = []
    ) -> LaneView {
        LaneView(
            rollout: "\(site)-\(group)",
            site: site,
            patchGroup: group,
            state: state,
            opens: start,
            cutoff: start + .seconds(7_200),
            closes: start + .seconds(10_800),
            counts: counts,
            hosts: hosts
        )
    }

    static func stage(
        _ name: String,
        _ state: String,
        lanes: [LaneView] = [],
        gate: GateView? = nil
    ) -> StageView {
        StageView(
            name: name,
            kind: ["scan", "report"].contains(name) ? name : "install",
            state: state,
            startedAt: state == "pending" ? nil : start,
            endedAt: nil,
            gate: gate,
            lanes: lanes,
            counts: lanes.reduce(.zero) { $0 + $1.counts }
        )
    }

    static func gate(_ state: String, approvals: [ApprovalView] = []) -> GateView {
        GateView(
            state: state,
            planDigest: plan,
            approvalsNeeded: 1,
            approvals: approvals,
            soakUntil: nil,
            waitsFor: state == "open" ? ["1 approval of 1"] : []
        )
    }

    static func cycle(_ state: String, stage: String?, _ stages: [StageView], reason: String? = nil) -> CycleView {
        CycleView(
            id: "c-7f3a",
            workflow: "debian12-rings",
            state: state,
            reason: reason,
            stage: stage,
            definitionDigest: definition,
            planDigest: plan,
            startedAt: start,
            startedBy: "alice",
            endedAt: ["completed", "failed", "aborted"].contains(state) ? start + .seconds(600) : nil,
            counts: stages.reduce(.zero) { $0 + $1.counts },
            stages: stages
        )
    }

    /// Early is done but for its gate.
    static var atGate: CycleView {
        let host = HostRunView(node: "mi-1", name: "web-1", state: "succeeded", detail: nil)
        let lanes = [
            lane("us-east-1", "Debian12-early", "ended", counts(1, succeeded: 1), hosts: [host]),
            lane("Frankfurt", "Debian12-early", "ended", counts(1, succeeded: 1)),
        ]
        return cycle(
            "running",
            stage: "early",
            [
                stage("scan", "done"), stage("early", "gate", lanes: lanes, gate: gate("open")),
                stage("main", "pending"), stage("late", "pending"), stage("report", "pending"),
            ]
        )
    }

    static func node(
        _ name: String,
        compliance: String,
        missing: [MissingPatchView] = [],
        scanned: Timestamp? = start
    ) -> NodeView {
        NodeView(
            id: "mi-0a1b2c3d4e5f6071",
            name: name,
            site: "Frankfurt",
            patchGroup: "Debian12-early",
            platform: "Debian",
            platformVersion: "12",
            agentVersion: "0.1.0",
            enrolledAt: start,
            isRevoked: false,
            compliance: compliance,
            unknownReason: compliance == "UNKNOWN" ? (scanned == nil ? "never-scanned" : "stale-scan") : nil,
            baseline: "debian12-baseline",
            lastScanAt: scanned,
            missingCount: missing.count,
            missing: missing,
            criticalMissing: missing.filter { $0.level == "CRITICAL" }.count,
            updates: 5,
            securityUpdates: 3,
            rebootReasons: []
        )
    }
}
