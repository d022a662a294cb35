import Crypto
import Evidence
import FoundationEssentials
import Testing

@Suite("Drawing samples")
struct EvidenceSamplerTests {
    private func withBundle(_ body: (String) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            try await SampleMonth.made().build(SampleMonth.request(), to: folder + "/bundle")
            try await body(folder)
        }
    }

    @Test("orders nodes by the SHA-256 of seed and id, for everybody alike")
    func order() async throws {
        try await withBundle { folder in
            let nodes = [SampleMonth.early, SampleMonth.late, SampleMonth.silent, SampleMonth.fresh]
            let wanted = nodes.sorted {
                Array(SHA256.hash(data: Data("2026-audit\($0)".utf8)))
                    .lexicographicallyPrecedes(Array(SHA256.hash(data: Data("2026-audit\($1)".utf8))))
            }
            let sampler = EvidenceSampler(folder: folder + "/bundle")
            let (three, all) = (
                try sampler.draw(seed: "2026-audit", count: 3), try sampler.draw(seed: "2026-audit", count: 25)
            )
            #expect(three == Array(wanted.prefix(3)))
            #expect(all == wanted)
        }
    }

    @Test("refuses a population that is not the manifest's")
    func changed() async throws {
        try await withBundle { folder in
            try Data("node\r\n".utf8).write(to: URL(filePath: folder + "/bundle/population.csv"))
            #expect(throws: EvidenceError.self) {
                try EvidenceSampler(folder: folder + "/bundle").draw(seed: "s", count: 1)
            }
        }
    }

    @Test("a dossier has all of its node, and markup of hosts as text")
    func dossier() async throws {
        try await withBundle { folder in
            let writer = DossierWriter(folder: folder + "/bundle")
            try writer.write([SampleMonth.late], to: folder + "/dossiers")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/dossiers").count == 1)
            let page = try String(contentsOfFile: folder + "/dossiers/\(SampleMonth.late).html", encoding: .utf8)
            for text in [
                "changes.csv (1)", "late.csv (1)", "findings.csv (1)", "reboots.csv (1)", "june/early/Frankfurt#0#1",
                "node.rebooted.v1", "&quot;confirmed&quot;",
            ] {
                #expect(page.contains(text), "\(text) is not in the dossier")
            }
            #expect(!page.contains("<script"))
            #expect(throws: EvidenceError.exists(folder: folder + "/dossiers")) {
                try writer.write([SampleMonth.late], to: folder + "/dossiers")
            }
        }
    }
}
