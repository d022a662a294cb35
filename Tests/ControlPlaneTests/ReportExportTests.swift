import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import ReadModels
import Synchronization
import Testing
import Time

@Suite("Reports that are written for others", .timeLimit(.minutes(10)))
struct ReportExportTests {
    private static let workflow = """
        workflow: exported
        zone: UTC
        sites: [{ name: Frankfurt, zone: Europe/Berlin }, { name: us-east-1, zone: America/New_York }]
        baselines: [{ name: base, patch-groups: "*", rules: [{ classification: Security }] }]
        stages:
          - scan: { window: { opens: now, duration: 1h, cutoff: 10m } }
          - early:
              targets: { ring: early }
              window: { opens: now, duration: 2h, cutoff: 30m }
              concurrency: 100%
              errors: 0
          - report: { csv: { to: "s3://acme/{year}-{month}/" } }
        """

    @Test("A report that cannot be written holds its cycle and says why; resumed, it is written, site by site")
    func resumed() async throws {
        let isMended = Mutex(false)
        let written = Mutex<[String: String]>([:])
        let export: ReportWriter = { place, next in
            guard isMended.withLock({ $0 }) else { throw PermanentTaskFailure("no bucket acme") }
            var text = ""
            while let piece = try await next() { text += String(decoding: piece, as: UTF8.self) }
            let whole = text
            written.withLock { $0[place] = whole }
            return ("\(text.utf8.count)", text.utf8.count)
        }
        try await TestDeployment.with(workflow: Self.workflow) { deployment in
            try await deployment.serve(export: export) { controlPlane in
                let fleet = try await Fleet.enrolled(
                    in: controlPlane,
                    sites: ["Frankfurt", "us-east-1"],
                    rings: ["early"]
                )
                let id = try await controlPlane.startCycle("exported")
                try await Fleet.carryOut(fleet.agents, of: controlPlane)
                try await Fleet.carryOut(fleet.agents, of: controlPlane)
                let held = try await controlPlane.cycle(id, "held") { $0.state == "halted" }
                #expect(held.reason == "write-report failed: no bucket acme")
                #expect(held.stage("report")?.files == nil)
                isMended.withLock { $0 = true }
                try await controlPlane.steer(id, .resume)
                let view = try await controlPlane.cycle(id, "completed") { $0.state == "completed" }
                let files = try #require(view.stage("report")?.files)
                #expect(files.map(\.site) == ["Frankfurt", "us-east-1"])
                let month = view.startedAt.description.prefix(7)
                #expect(files.map(\.place) == files.map { "s3://acme/\(month)/\(id)-\($0.site).csv" })
                for file in files {
                    let text = try #require(written.withLock { $0[file.place] })
                    #expect(file.byteCount == text.utf8.count && file.sha256 == "\(text.utf8.count)")
                    let rows = text.split(whereSeparator: \.isNewline)
                    #expect(rows.count == 2 && rows[0].hasPrefix("Index,Instance ID,"))
                    #expect(rows[1].contains(",\(file.site)-early,"))
                }
            }
        }
    }
}
