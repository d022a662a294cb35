import Domain
import Foundation
import Testing
import Workflows

private let sound = """
    schemaVersion: '2.2'
    description: Looks whether the site answers.
    parameters: {}
    mainSteps:
      - action: aws:runShellScript
        name: probe
        precondition: { StringEquals: [platformType, Linux] }
        inputs:
          workingDirectory: /srv/$(reboot)
          timeoutSeconds: '60'
          runCommand:
            - set -eu
            - ''
            - docker ps --format '{{.Names}}'
      - action: aws:runPowerShellScript
        name: register
        onFailure: exit
        inputs: { runCommand: Get-Service }
    """

private func problems(_ text: String, _ format: DocumentDraft.Format = .yaml) -> [String] {
    do {
        _ = try CommandDocumentFile.parse(text, format, name: "d")
        return []
    } catch {
        guard case .invalid(let found) = error else { return ["\(error)"] }
        return found.problems.map(\.description)
    }
}

@Suite("A document as AWS's tools write it")
struct CommandDocumentFileTests {
    private static let steps = [
        DocumentStep(
            name: "probe",
            work: .script(
                "cd -- \"$AWS_SSM_WORKING_DIRECTORY\" || exit 1\nset -eu\n\ndocker ps --format '{{.Names}}'\n",
                shell: .bash
            ),
            platform: .linux,
            timeoutSeconds: 60,
            environment: ["AWS_SSM_WORKING_DIRECTORY": "/srv/$(reboot)"]
        ),
        DocumentStep(name: "register", work: .script("Get-Service\n", shell: .powershell), platform: .windows),
    ]

    @Test("Its scripts are its lines, in a folder that no shell reads, and it says where they run")
    func yaml() throws {
        let document = try CommandDocumentFile.parse(sound, .yaml, name: "check-web")
        #expect(document.name == "check-web" && document.description == "Looks whether the site answers.")
        #expect(document.steps == Self.steps)
    }

    @Test("JSON says the same, also what it escapes in halves and without a space between")
    func json() throws {
        let converted = try #require(try CommandDocumentFile.json(ofYAML: sound))
        #expect(try CommandDocumentFile.parse(converted, .json, name: "d").steps == Self.steps)
        let escaped =
            #"{"schemaVersion":"2.2","mainSteps":[{"action":"aws:runShellScript","name":"a","inputs":{"timeoutSeconds":60,"#
            + #""runCommand":["echo \ud83d\ude00 \u00e9 \/ \"x\"","echo '\\ud83d\\ude00'"]}}]}"#
        let step = try #require(try CommandDocumentFile.parse(escaped, .json, name: "d").steps.first)
        #expect(step.work == .script("echo 😀 é / \"x\"\necho '\\ud83d\\ude00'\n", shell: .bash))
        #expect(step.timeoutSeconds == 60)
    }

    @Test("Any script that JSON can hold is read as it is", arguments: 0..<200)
    func random(seed: UInt64) throws {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
        func next(_ count: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(count))
        }
        let letters: [Character] = [
            "a", "\\", "\"", "u", "d", "8", "3", " ", "\t", "😀", "é", "#", ":", "'", "{", "\u{1}",
        ]
        let lines = (0..<3).map { _ in "x" + String((0..<next(20)).map { _ in letters[next(letters.count)] }) }
        let value: [String: Any] = [
            "schemaVersion": "2.2",
            "mainSteps": [["action": "aws:runShellScript", "name": "a", "inputs": ["runCommand": lines]]],
        ]
        var text = String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
        // As most writers do, which keep to ASCII.
        text = text.unicodeScalars.map { scalar in
            guard !scalar.isASCII else { return String(scalar) }
            return String(scalar).utf16.map { "\\u" + String(0x1_0000 + Int($0), radix: 16).dropFirst() }.joined()
        }.joined()
        let step = try CommandDocumentFile.parse(text, .json, name: "d").steps.first
        #expect(step?.work == .script(lines.joined(separator: "\n") + "\n", shell: .bash), "seed \(seed): \(text)")
    }

    @Test(
        "What is wrong is named, and where",
        arguments: [
            ("name: probe", "name: a probe", "d:6:11: found `a probe`: expected the name of a step"),
            (
                "aws:runShellScript", "aws:runDocument",
                "d:5:13: found `aws:runDocument`: expected one of aws:runShellScript"
            ),
            ("platformType, Linux", "platformType, MacOS", "d:7:50: found `MacOS`: expected one of Linux, Windows"),
            ("platformType, Linux", "color, Linux", "d:7:35: found a list: expected [platformType, Linux]"),
            ("'60'", "4", "d:10:23: found `4`: expected 5 to 86400 seconds"),
            ("set -eu", "rm -rf {{ folder }}", "found `{{ folder }}`: expected no placeholders"),
            ("set -eu", "echo {{ssm:secret}}", "found `{{ssm:secret}}`: expected no placeholders"),
            ("/srv/$(reboot)", "'{{ folder }}'", "d:9:25: found `{{ folder }}`: expected no placeholders"),
            (
                "parameters: {}", "parameters: { a: { type: String } }",
                "d:3:13: found `parameters`: expected no parameters"
            ),
            ("onFailure: exit", "onFailure: successAndExit", "expected one of exit"),
            ("onFailure: exit", "finallyStep: true", "unknown key `finallyStep` in a step"),
            ("name: register", "name: probe", "two steps are called `probe`"),
            ("{ runCommand: Get-Service }", "{ runCommand: [] }", "an empty script"),
            ("{ runCommand: Get-Service }", "{}", "`runCommand` is missing in the inputs"),
            ("mainSteps:", "steps:", "`mainSteps` is missing in the document"),
            ("schemaVersion: '2.2'", "", "`schemaVersion` is missing in the document"),
            ("schemaVersion: '2.2'", "schemaVersion: '0.3'", "otherSchema(\"0.3\")"),
            ("description:", "\tdescription:", "not YAML"),
        ]
    )
    func wrong(part: String, instead: String, words: String) {
        let text = sound.replacingOccurrences(of: part, with: instead)
        #expect(text != sound)
        let found = problems(text)
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }

    @Test("What is no JSON is refused as JSON, though it is YAML")
    func notJSON() {
        #expect(problems(sound, .json).first?.contains("not JSON") == true)
        #expect(problems("", .json).first?.contains("not JSON") == true)
        #expect(!problems("[]", .json).isEmpty && !problems("null", .json).isEmpty)
    }
}
