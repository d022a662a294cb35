import Domain
import DurableStreams
import Evidence
import FoundationEssentials
import Testing

/// Tables that somebody with the evidence key has changed: the log, which he did not change, says otherwise.
@Suite("Tables against the events")
struct ToldTablesTests {
    private func withBundle(_ body: (String) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            let target = folder + "/bundle"
            try await SampleMonth.made().build(SampleMonth.request(), to: target)
            try await body(target)
        }
    }

    /// What is found in a table beside its digest.
    private func problems(_ folder: String, _ table: String) throws -> [String] {
        try BundleVerifier(folder: folder, key: SampleMonth.key.publicKey).verify().problems
            .filter { $0.file == table + ".csv" && !$0.what.hasPrefix("it was changed") }.map(\.what)
    }

    private func rows(_ path: String) throws -> [[String]] {
        var reader = CSVReader()
        var rows: [[String]] = []
        try reader.read(try Data(contentsOf: URL(filePath: path))) { rows.append($0) }
        try reader.end { rows.append($0) }
        return rows
    }

    private func write(_ rows: [[String]], to path: String) throws {
        try Data(rows.map(CSV.row).joined().utf8).write(to: URL(filePath: path))
    }

    @Test(
        "A field of the last row that the events contradict is found, whichever it is",
        arguments: [
            // Who was enrolled before the month is known by the table of that month.
            ("changes", []), ("runs", []), ("approvals", []), ("windows", []), ("waivers", []),
            ("reboots", ["site", "patch_group"]), ("policies", []),
            (
                "population",
                [
                    "compliance", "unknown_reason", "missing_patches", "critical_missing_patches", "pending_reboot",
                    "baseline", "last_scan_at",
                ]
            ),
        ]
    )
    func fields(table: String, untold: [String]) async throws {
        try await withBundle { folder in
            let path = "\(folder)/\(table).csv"
            let before = try rows(path)
            #expect(before.count > 1)
            for (place, column) in before[0].enumerated() where !untold.contains(column) {
                var after = before
                after[after.count - 1][place] += "9"
                try write(after, to: path)
                #expect(try !problems(folder, table).isEmpty, "\(column) of \(table)")
            }
            try write(before, to: path)
            #expect(try problems(folder, table).isEmpty)
        }
    }

    @Test(
        "A row that is taken out, doubled or too long is found",
        arguments: ["changes", "runs", "approvals", "windows", "policies", "waivers", "reboots", "population", "late"]
    )
    func rows(table: String) async throws {
        try await withBundle { folder in
            let path = "\(folder)/\(table).csv"
            let before = try rows(path)
            let last = try #require(before.last)
            try write(Array(before.dropLast()), to: path)
            #expect(try !problems(folder, table).filter { !$0.hasPrefix("it has ") }.isEmpty, "taken out")
            try write(before + [last], to: path)
            #expect(try !problems(folder, table).filter { !$0.hasPrefix("it has ") }.isEmpty, "doubled")
            try write(before.dropLast() + [last + ["more"]], to: path)
            #expect(try !problems(folder, table).isEmpty, "too long")
        }
    }

    @Test("A policy's file that is another one is found")
    func policy() async throws {
        try await withBundle { folder in
            let other = try Data(contentsOf: URL(filePath: folder + "/policy/policy-may.json"))
            try other.write(to: URL(filePath: folder + "/policy/policy-june.json"))
            let report = try BundleVerifier(folder: folder, key: SampleMonth.key.publicKey).verify()
            #expect(
                report.problems.map(\.description)
                    .contains("policy/policy-june.json: it is not the policy that the events have")
            )
        }
    }

    @Test("Open findings are those of the table of findings, and what is late is late there")
    func findings() async throws {
        try await withBundle { folder in
            let path = folder + "/findings.csv"
            var text = try String(contentsOfFile: path, encoding: .utf8)
            text = text.replacing("closed-late", with: "closed-in-time")
            try Data(text.utf8).write(to: URL(filePath: path))
            #expect(try problems(folder, "late").contains { $0.contains("is not late by findings.csv") })
            try write(try rows(path).prefix(1) + [], to: path)
            #expect(try problems(folder, "late").contains { $0.contains("is not late by findings.csv") })
        }
    }

    @Test("Which nodes there are follows from the commits, whatever the table of streams says")
    func hiddenStreams() async throws {
        try await TemporaryFolder.with { folder in
            let month = try await SampleMonth.made()
            let store = HidingStore(base: month.log.store)
            let builder = EvidenceBuilder(store: store, content: SampleMonth.content, key: SampleMonth.key)
            _ = try await builder.build(SampleMonth.request(), to: folder + "/bundle")
            let nodes = try Lines.rows(folder + "/bundle", "population").map { $0["node"] }
            #expect(nodes == [SampleMonth.early, SampleMonth.late, SampleMonth.silent, SampleMonth.fresh])
        }
    }

    @Test("A node whose commits of before the month are given to another stream is missed")
    func hiddenCommits() async throws {
        try await TemporaryFolder.with { folder in
            let month = try await SampleMonth.made()
            let node = StreamID("node/\(SampleMonth.silent)")
            month.log.store.tamper(
                { log in
                    for place in log.indices where log[place].stream == node { log[place].stream = StreamID("node/x") }
                },
                in: node.shard
            )
            await #expect(throws: EvidenceError.self) {
                try await month.build(SampleMonth.request(), to: folder + "/bundle")
            }
        }
    }
}
