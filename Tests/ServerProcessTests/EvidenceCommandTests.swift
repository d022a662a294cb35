import ControlPlaneTestSupport
import Foundation
import Subprocess
import TestSupport
import Testing

@Suite("ringmaster evidence", .timeLimit(.minutes(10)))
struct EvidenceCommandTests {
    private static let script = Repository.root + "/scripts/verify-evidence.py"

    @Test("A real cycle's month is built, verified by the command and by the script, and sampled")
    func life() async throws {
        try await TestDeployment.with { deployment in
            let month = String("\(deployment.clock.now)".prefix(7))
            let nodes = try await deployment.serve { controlPlane in
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
                let cycle = try await controlPlane.startCycle()
                try await fleet.complete(cycle, of: controlPlane)
                return fleet.agents.map(\.node).sorted()
            }
            let folder = try TemporaryFolder.make()
            // A leftover in the temporary place harms nobody.
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let (bundle, key, data) = (folder + "/bundle", folder + "/evidence.pub", folder + "/data")
            let build = [
                "evidence", "build", "--period", month, "--to", bundle, "--data", data, "--database",
                deployment.database.conninfo,
            ]
            let built = try await Ringmaster.run(build)
            #expect(built.status == .exited(0), "\(built.errors)")
            #expect(built.output.hasPrefix("evidence of \(month): 3 nodes, "))
            let again = try await Ringmaster.run(build)
            #expect(again.status == .exited(4))
            #expect(again.errors.hasPrefix("error: will not build into \(bundle): it is there already"))

            let shown = try await Ringmaster.run("evidence", "key", "--data", data)
            try Data(shown.output.utf8).write(to: URL(filePath: key))
            let verified = try await Ringmaster.run("evidence", "verify", bundle, "--key", key)
            #expect(verified.status == .exited(0), "\(verified.output)\(verified.errors)")
            #expect(verified.output.hasPrefix("evidence verify: ok, \(month): "))
            try await expectScript(bundle, key, .exited(0))

            let changes = try String(contentsOfFile: bundle + "/changes.csv", encoding: .utf8)
            for node in nodes { #expect(changes.contains(node), "\(node) has no change in \(changes)") }
            let sample = ["evidence", "sample", bundle, "--seed", "dice 4 2 6", "--to", folder + "/dossiers"]
            let sampled = try await Ringmaster.run(sample)
            #expect(sampled.output.split(separator: "\n").map(String.init).sorted() == nodes)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/dossiers").count == 3)
            try await expectFindings(bundle, key, of: folder)
        }
    }

    // MARK: - Steps

    /// What is not as it was signed, is missing, or is somebody else's ends with a code of its own.
    private func expectFindings(_ bundle: String, _ key: String, of folder: String) async throws {
        let other = folder + "/other.pub"
        let shown = try await Ringmaster.run("evidence", "key", "--data", folder + "/other")
        try Data(shown.output.utf8).write(to: URL(filePath: other))
        let foreign = try await Ringmaster.run("evidence", "verify", bundle, "--key", other)
        #expect(foreign.status == .exited(1))
        #expect(foreign.output.contains("evidence verify: FAILED at manifest.sig: "))
        let population = URL(filePath: bundle + "/population.csv")
        let text = try String(contentsOf: population, encoding: .utf8)
        try Data(text.replacing("Frankfurt", with: "Frankfurd").utf8).write(to: population)
        let changed = try await Ringmaster.run("evidence", "verify", bundle, "--key", key)
        #expect(changed.status == .exited(1))
        #expect(changed.output.contains("evidence verify: FAILED at population.csv: it was changed"))
        try await expectScript(bundle, key, .exited(1))
        #expect(try await Ringmaster.run("evidence", "verify", folder, "--key", key).status == .exited(66))
        #expect(try await Ringmaster.run("evidence", "verify", bundle, "--key", folder + "/no").status == .exited(66))
    }

    private func expectScript(_ bundle: String, _ key: String, _ status: TerminationStatus) async throws {
        let result = try await Subprocess.run(
            .name("python3"),
            arguments: [Self.script, bundle, key],
            output: .string(limit: 1 << 20),
            error: .combinedWithOutput
        )
        #expect(result.terminationStatus == status, "\(result.standardOutput)")
    }
}
