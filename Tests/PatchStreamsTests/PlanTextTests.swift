import Domain
import PatchStreams
import Testing

@Suite("Frozen plans as text")
struct PlanTextTests {
    private func text(_ plan: Plan) -> String { String(decoding: plan.canonicalBytes, as: UTF8.self) }

    private func patch(_ name: String, _ version: String) -> Patch {
        Patch(name: name, architecture: "amd64", version: version)
    }

    @Test(
        "A plan is read as a general decoder reads it, whatever its names hold",
        arguments: ["openssl", "öpen\"ssl\\", ""]
    )
    func read(name: String) throws {
        let plan = Plan(selections: [
            "mi-1": PatchSet(patches: [patch(name, "1:3.0.2"), patch("vim", "9")], newcomers: [patch("libssl4", "4")]),
            "mi-2": PatchSet(patches: []), "i-\(name)": PatchSet(patches: [patch("vim", "9")]),
        ])
        #expect(try Plan(canonical: text(plan)) == plan)
        #expect(try DomainJSON.decode(Plan.self, from: text(plan)) == plan)
    }

    @Test("Other spellings of a plan are read, too; what is none is refused")
    func others() throws {
        let plan = Plan(selections: ["mi-1": PatchSet(patches: [patch("vim", "9")])])
        #expect(try Plan(canonical: text(plan).replacing(":", with: " : ")) == plan)
        for wrong in [
            "", "{}", String(text(plan).dropLast()), text(plan) + "}",
            text(plan).replacing("\"set\":0", with: "\"set\":x"),
        ] {
            #expect(throws: (any Error).self) { try Plan(canonical: wrong) }
        }
    }
}
