import DurableStreams
import Evidence
import FoundationEssentials
import Testing

@Suite("A bundle of a month")
struct EvidenceBuilderTests {
    private func withBundle(
        _ request: EvidenceRequest,
        _ body: (_ folder: String, Manifest) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { folder in
            let target = folder + "/bundle"
            try await body(target, try await SampleMonth.made().build(request, to: target))
        }
    }

    @Test("has every node that was under management, and no other")
    func population() async throws {
        try await withBundle(SampleMonth.request()) { folder, manifest in
            let rows = try Lines.rows(folder, "population")
            #expect(
                rows.map { $0["node"] }
                    == [SampleMonth.early, SampleMonth.late, SampleMonth.silent, SampleMonth.fresh]
            )
            // The last scan is older than two days by the end of the month.
            let reasons = ["stale-scan", "stale-scan", "never-scanned", "never-scanned"]
            #expect(rows.map { $0["unknown_reason"] } == reasons)
            #expect(rows[0]["open_findings"] == "0")
            #expect(manifest.files.first { $0.path == "population.csv" }?.rows == 4)
            #expect(manifest.policies == ["policy-may", "policy-june"])
            #expect(manifest.period.isOver)
        }
    }

    @Test("tells what was installed where by which order")
    func changes() async throws {
        try await withBundle(SampleMonth.request()) { folder, _ in
            let rows = try Lines.rows(folder, "changes")
            #expect(rows.map { $0["node"] } == [SampleMonth.late, SampleMonth.early])
            #expect(rows[1]["order"] == "june/early/London#0#1")
            #expect(rows[1]["version_before"] == "3.0.16-1")
            #expect(rows[1]["version_after"] == "3.0.17-1")
            #expect(rows[1]["plan_digest"] == SampleMonth.plan)
            #expect(try Lines.rows(folder, "reboots").first?["reasons"] == "'=kernel")
            let windows = try Lines.rows(folder, "windows")
            #expect(windows.map { $0["rollout"] } == ["june/early/Frankfurt", "june/early/London", "june/scan"])
            #expect(windows[2]["unknown"] == "1")
            #expect(try Lines.rows(folder, "runs").count == 5)
        }
    }

    @Test("has findings from found to closed, and those that were late with the cause")
    func findings() async throws {
        try await withBundle(SampleMonth.request()) { folder, _ in
            let rows = try Lines.rows(folder, "findings")
            #expect(rows.map { $0["state"] } == ["closed-in-time", "closed-late"])
            #expect(rows[0]["due_at"] == "2026-06-08T00:00:00Z")
            #expect(rows[0]["closed_at"] == "2026-06-04T02:10:00Z")
            let late = try Lines.rows(folder, "late")
            #expect(late.map { $0["node"] } == [SampleMonth.late])
            #expect(late[0]["hours_late"] == "98.16")
            #expect(late[0]["cause"] == "it came after it was due")
            #expect(late[0]["last_install_order"] == "june/early/Frankfurt#0#1")
        }
    }

    @Test("counts the hours in which nothing was proved")
    func unknown() async throws {
        try await withBundle(SampleMonth.request()) { folder, _ in
            let rows = try Lines.rows(folder, "unknown")
            // 720 hours less the two days that each of two scans proves.
            #expect(rows.map { $0["hours_in_scope"] } == ["720.00", "720.00", "720.00", "256.00"])
            #expect(rows.map { $0["hours_unknown"] } == ["624.00", "624.00", "720.00", "256.00"])
            #expect(rows[2]["longest_gap_cause"] == "never-scanned")
            #expect(rows[0]["longest_gap_cause"] == "stale-scan")
        }
    }

    @Test("has the approvals with their reasons")
    func approvals() async throws {
        try await withBundle(SampleMonth.request()) { folder, _ in
            let rows = try Lines.rows(folder, "approvals")
            #expect(rows.map { $0["decision"] } == ["started", "approved", "policy-applied"])
            #expect(rows[1]["by"] == "grace")
            #expect(rows[1]["reason"] == "looks, \"good\"\nto me")
            #expect(rows[1]["plan_digest"] == SampleMonth.plan)
        }
    }

    @Test("is limited to sites in its tables, not in its events")
    func sites() async throws {
        try await withBundle(SampleMonth.request(sites: ["Frankfurt"])) { folder, manifest in
            let rows = try Lines.rows(folder, "population")
            #expect(rows.map { $0["node"] } == [SampleMonth.late, SampleMonth.fresh])
            #expect(try Lines.rows(folder, "changes").count == 1)
            #expect(manifest.sites == ["Frankfurt"])
            let report = try BundleVerifier(folder: folder, key: SampleMonth.key.publicKey).verify()
            #expect(report.problems.isEmpty)
        }
    }

    @Test("is compared with somebody else's list of hosts")
    func reconciliation() async throws {
        try await TemporaryFolder.with { folder in
            let list = folder + "/hosts.csv"
            try Data("owner,Hostname\nx,HOST-1\ny,host-9\nz,host-9\n".utf8).write(to: URL(filePath: list))
            let request = try SampleMonth.request(hostList: HostList(file: list))
            let manifest = try await SampleMonth.made().build(request, to: folder + "/bundle")
            let rows = try Lines.rows(folder + "/bundle", "reconciliation")
            #expect(rows.map { $0["in"] } == ["both", "only-theirs", "only-ours", "only-ours", "only-ours"])
            #expect(rows[0]["node"] == SampleMonth.early)
            #expect(manifest.hostList?.onlyTheirs == 1)
            #expect(manifest.hostList?.onlyOurs == 3)
            try Data("owner\nx\n".utf8).write(to: URL(filePath: list))
            #expect(throws: EvidenceError.noColumn(file: list)) { try HostList(file: list) }
        }
    }

    @Test("takes no folder's place, and leaves nothing behind when it fails")
    func atomic() async throws {
        try await TemporaryFolder.with { folder in
            let month = try await SampleMonth.made()
            let target = folder + "/bundle"
            try await month.build(SampleMonth.request(), to: target)
            await #expect(throws: EvidenceError.exists(folder: target)) {
                try await month.build(SampleMonth.request(), to: target)
            }
            await #expect(throws: EvidenceError.notBegun(period: "2026-06")) {
                try await month.build(SampleMonth.request(now: "2026-05-31T00:00:00Z"), to: folder + "/other")
            }
            let shard = StreamID("cycle/june").shard
            month.log.store.tamper({ $0[$0.count - 1].actor = "mallory" }, in: shard)
            await #expect(throws: EvidenceError.self) {
                try await month.build(SampleMonth.request(), to: folder + "/third")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["bundle"])
        }
    }

    @Test("of a month that is not over says so")
    func unfinished() async throws {
        try await withBundle(SampleMonth.request(now: "2026-06-10T00:00:00Z")) { folder, manifest in
            #expect(!manifest.period.isOver)
            #expect(manifest.period.end == "2026-06-10T00:00:00Z")
            #expect(try Lines.rows(folder, "changes").count == 1)
            #expect(try Lines.rows(folder, "findings").map { $0["state"] } == ["closed-in-time", "open-breached"])
            #expect(try Lines.rows(folder, "late").first?["cause"] == "no install was ordered in the period")
            let report = try BundleVerifier(folder: folder, key: SampleMonth.key.publicKey).verify()
            #expect(report.problems.isEmpty)
        }
    }
}
