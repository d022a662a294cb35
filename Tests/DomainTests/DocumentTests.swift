import Domain
import Testing

@Suite("A document")
struct DocumentTests {
    private static func document(_ change: (inout DocumentStep) -> Void = { _ in }) -> Document {
        var step = DocumentStep(name: "look", work: .script("true", shell: .bash))
        change(&step)
        return Document(name: "probe", steps: [step])
    }

    @Test("A script's platform is its shell's; a command has none")
    func platforms() {
        #expect(Self.document().steps[0].platform == .linux)
        #expect(DocumentStep(name: "s", work: .script("x", shell: .powershell)).platform == .windows)
        #expect(DocumentStep(name: "s", work: .script("x", shell: .powershell), platform: .linux).platform == .linux)
        #expect(DocumentStep(name: "s", work: .command(["x"])).platform == nil)
    }

    @Test("One that is right has no flaw")
    func sound() { #expect(Self.document().flaw == nil) }

    @Test("What no host may be given is said")
    func flaws() {
        func flaw(_ change: (inout DocumentStep) -> Void) -> String { Self.document(change).flaw ?? "none" }
        #expect(flaw { $0.name = "a b" }.contains("unfitly named"))
        #expect(flaw { $0.work = .script("", shell: .bash) }.contains("empty script"))
        #expect(flaw { $0.work = .script("a\0", shell: .bash) }.contains("NUL"))
        #expect(flaw { $0.work = .command([]) }.contains("no program"))
        #expect(flaw { $0.work = .command(["a", "b\0"]) }.contains("NUL"))
        #expect(flaw { $0.timeoutSeconds = 4 }.contains("timeout of 4 s"))
        #expect(flaw { $0.timeoutSeconds = 86_401 }.contains("timeout"))
        #expect(flaw { $0.user = "a b" }.contains("user"))
        #expect(flaw { $0.environment = ["1A": ""] }.contains("variable `1A`"))
        #expect(flaw { $0.environment = ["RINGMASTER_X": ""] }.contains("variable"))
        #expect(flaw { $0.environment = ["A": "\0"] }.contains("NUL"))
        #expect(flaw { $0.successCodes = [] }.contains("no success code"))
        #expect(flaw { $0.successCodes = [0, 169] }.contains("counts 169"))
        #expect(flaw { $0.work = .script(String(repeating: "x", count: 65 << 10), shell: .bash) }.contains("bytes"))
        #expect(Document(name: "..", steps: Self.document().steps).flaw?.contains("unfit") == true)
        #expect(Document(name: "d", steps: []).flaw?.contains("no steps") == true)
        let twice = Self.document().steps + Self.document().steps
        #expect(Document(name: "d", steps: twice).flaw == "two of its steps have one name")
    }
}
