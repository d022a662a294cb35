import Domain
import Testing
import Workflows

/// A document that is right; tests put one thing wrong in it.
private let sound = """
    document: check-web
    description: Looks whether the site answers.
    steps:
      - name: restart
        command: [systemctl, restart, nginx, ""]
        timeout: 5m
        user: www-data
      - name: probe
        script: |
          curl --fail http://127.0.0.1/
        platform: linux
        environment: { RETRIES: 3, PLACE: "a b" }
        success: [0, 7]
      - name: register
        script: Get-Service
        shell: powershell
    """

private func problems(_ text: String) -> [String] {
    do {
        _ = try DocumentFile.parse(Array(text.utf8), file: "d.yaml")
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

@Suite("A document file")
struct DocumentFileTests {
    @Test("A sound file is read, with defaults where it is silent")
    func defaults() throws {
        let document = try DocumentFile.parse(Array(sound.utf8), file: "d.yaml")
        #expect(document.name == "check-web")
        #expect(document.description == "Looks whether the site answers.")
        #expect(
            document.steps == [
                DocumentStep(
                    name: "restart",
                    work: .command(["systemctl", "restart", "nginx", ""]),
                    platform: nil,
                    timeoutSeconds: 300,
                    user: "www-data"
                ),
                DocumentStep(
                    name: "probe",
                    work: .script("curl --fail http://127.0.0.1/\n", shell: .bash),
                    platform: .linux,
                    timeoutSeconds: 3_600,
                    environment: ["RETRIES": "3", "PLACE": "a b"],
                    successCodes: [0, 7]
                ),
                DocumentStep(name: "register", work: .script("Get-Service", shell: .powershell), platform: .windows),
            ]
        )
        #expect(document.flaw == nil)
    }

    @Test(
        "What is wrong is named with its place and what was expected",
        arguments: [
            ("timeout: 5m", "timout: 5m", "6:5: unknown key `timout` in a step: did you mean `timeout`?"),
            ("timeout: 5m", "timeout: 2s", "6:14: a timeout of 2s is out of range: expected 5s to 1d"),
            ("user: www-data", "user: a/b", "7:11: found `a/b`: expected a user's name, \(DocumentStep.expectedUser)"),
            (
                "- name: probe", "- name: restart",
                "8:5: two steps are called `restart`: expected different names"
            ),
            (
                "platform: linux", "platform: linx",
                "11:15: found `linx`: expected one of linux, windows; did you mean `linux`?"
            ),
            (
                "RETRIES: 3", "RINGMASTER_NODE: x",
                "12:20: found `RINGMASTER_NODE`: expected a variable's name of \(DocumentStep.expectedVariable)"
            ),
            ("RETRIES: 3", "RETRIES: []", "12:29: found a list: expected a variable's value"),
            ("[0, 7]", "[0, 194]", "13:18: found `194`: expected an exit code, \(DocumentStep.expectedCode)"),
            ("shell: powershell", "command: [x]", "16:14: a step has a script or a command: leave one of them out"),
            ("script: Get-Service", "", "14:5: a step has nothing to run: expected `script` or `command`"),
            (
                "document: check-web", "document: ../x",
                "1:11: found `../x`: expected the name of a document, \(Document.expectedName)"
            ),
            (
                "command: [systemctl, restart, nginx, \"\"]", "command: systemctl restart",
                "5:14: found `systemctl restart`: expected a program and its arguments such as [systemctl, restart, nginx]"
            ),
        ]
    )
    func wrong(found: String, replacement: String, expected: String) {
        #expect(sound.contains(found))
        let all = problems(sound.replacing(found, with: replacement))
        #expect(all.contains("d.yaml:" + expected), "\(all)")
    }

    @Test("Bounds hold: twenty steps, 64 KiB")
    func bounds() {
        let step = "\n  - { name: s%, command: [\"true\"] }"
        func document(_ steps: Int) -> String {
            "document: d\nsteps:" + (0..<steps).map { step.replacing("%", with: "\($0)") }.joined()
        }
        #expect(problems(document(20)) == [])
        #expect(problems(document(21)) == ["d.yaml:3:3: 21 steps: expected at most 20"])
        let large = document(1) + "\n#" + String(repeating: "x", count: 64 << 10)
        #expect(problems(large).first?.contains("expected at most 65536") == true)
    }

    @Test("What a document says comes back as it was written", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = Randomness(seed: seed)
        let document = random.document()
        let text = Self.yaml(document)
        #expect(try DocumentFile.parse(Array(text.utf8), file: "d.yaml") == document, "seed \(seed): \(text)")
        #expect(document.flaw == nil, "seed \(seed)")
    }

    @Test("A document is told from a workflow by its first word")
    func kind() {
        #expect(DocumentFile.isOne(Array(sound.utf8)))
        #expect(!DocumentFile.isOne(Array("workflow: w".utf8)))
        #expect(!DocumentFile.isOne(Array("- document".utf8)))
    }

    // MARK: - Steps

    private static func yaml(_ document: Document) -> String {
        var lines = ["document: \(document.name)", "steps:"]
        for step in document.steps {
            lines.append("  - name: \(step.name)")
            switch step.work {
            case .script(let text, let shell):
                lines += ["    script: \(quoted(text))", "    shell: \(shell.rawValue)"]
            case .command(let arguments):
                lines.append("    command: [\(arguments.map(quoted).joined(separator: ", "))]")
            }
            if let platform = step.platform { lines.append("    platform: \(platform.rawValue)") }
            lines.append("    timeout: \(step.timeoutSeconds)s")
            if let user = step.user { lines.append("    user: \(user)") }
            if !step.environment.isEmpty {
                let pairs = step.environment.sorted { $0.key < $1.key }.map { "\($0.key): \(quoted($0.value))" }
                lines.append("    environment: { \(pairs.joined(separator: ", ")) }")
            }
            lines.append("    success: [\(step.successCodes.map { "\($0)" }.joined(separator: ", "))]")
        }
        return lines.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }
}

/// Documents of all sorts, from a seed.
private struct Randomness {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    mutating func below(_ bound: UInt64) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % bound)
    }

    mutating func document() -> Document {
        Document(name: "d\(below(1_000))", steps: (0...below(6)).map { step($0) })
    }

    private mutating func step(_ number: Int) -> DocumentStep {
        let texts = ["echo \"hi\"\nexit 3\n", "a: b # c", "- x", "'", "Zürich 🚀", "{}", "\\d+", "true", "0"]
        let script = texts[below(UInt64(texts.count))]
        let arguments = (0...below(3)).map { _ in texts[below(UInt64(texts.count))] }
        let work: DocumentStep.Work =
            below(2) == 0 ? .command(arguments) : .script(script, shell: below(2) == 0 ? .bash : .powershell)
        return DocumentStep(
            name: "step-\(number)",
            work: work,
            platform: [nil, .linux, .windows][below(3)],
            timeoutSeconds: 5 + below(86_396),
            user: [nil, "root", "www-data"][below(3)],
            environment: Dictionary(uniqueKeysWithValues: (0..<below(4)).map { ("V\($0)", texts[below(9)]) }),
            successCodes: [0, below(160)]
        )
    }
}
