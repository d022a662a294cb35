import Evidence
import FoundationEssentials
import Subprocess
import Testing

/// The script that shares no code with the verifier.
@Suite("The script for auditors", .timeLimit(.minutes(20)))
struct IndependentScriptTests {
    private static let script =
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/scripts/verify-evidence.py"

    private func withBundle(_ body: (_ bundle: String, _ key: String) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            let (bundle, key) = (folder + "/bundle", folder + "/evidence.pub")
            try await SampleMonth.made().build(SampleMonth.request(), to: bundle)
            try Data(SampleMonth.key.publicKey.pem.utf8).write(to: URL(filePath: key))
            try await body(bundle, key)
        }
    }

    private func run(_ bundle: String, _ key: String) async throws -> (status: TerminationStatus, output: String) {
        let result = try await Subprocess.run(
            .name("python3"),
            arguments: [Self.script, bundle, key],
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        return (result.terminationStatus, result.standardOutput + result.standardError)
    }

    @Test("passes a bundle as it was built")
    func whole() async throws {
        try await withBundle { bundle, key in
            let ending = try await run(bundle, key)
            #expect(ending.status == .exited(0), "\(ending.output)")
            #expect(ending.output == "ok\n")
        }
    }

    @Test("finds a changed byte in any file, and names the file")
    func changed() async throws {
        try await withBundle { bundle, key in
            for file in try FileManager.default.subpathsOfDirectory(atPath: bundle).sorted() where file.contains(".") {
                let url = URL(filePath: "\(bundle)/\(file)")
                let before = try Data(contentsOf: url)
                var after = before
                after[after.count / 2] ^= 1
                try after.write(to: url)
                let ending = try await run(bundle, key)
                #expect(ending.status == .exited(1), "a change of \(file) was not found")
                let named = file == "manifest.json" ? "manifest.sig: " : "\(file): "
                #expect(ending.output.contains("FAILED \(named)"), "\(ending.output)")
                try before.write(to: url)
            }
        }
    }

    @Test("finds a commit that is missing, and a bundle that somebody else signed")
    func forged() async throws {
        try await withBundle { bundle, key in
            let other = EvidenceKey().publicKey
            try Data(other.pem.utf8).write(to: URL(filePath: key))
            let foreign = try await run(bundle, key)
            #expect(foreign.status == .exited(1))
            #expect(foreign.output.contains("FAILED manifest.sig: "))
            try Data(SampleMonth.key.publicKey.pem.utf8).write(to: URL(filePath: key))
            let events = try FileManager.default.contentsOfDirectory(atPath: bundle + "/events").sorted()
            let url = URL(filePath: "\(bundle)/events/\(try #require(events.first))")
            let text = try String(contentsOf: url, encoding: .utf8)
            try Data(text.drop { $0 != "\n" }.dropFirst().utf8).write(to: url)
            let cut = try await run(bundle, key)
            #expect(cut.status == .exited(1))
            #expect(cut.output.contains(#/FAILED events\/[0-9]+\.jsonl: (the commit of position|it does not end)/#))
        }
    }
}
