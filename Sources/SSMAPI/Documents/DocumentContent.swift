import ControlPlane
import Domain
import FoundationEssentials
import PatchStreams

/// The text of a document as SSM's schema has it: AWS's parameters, and steps in words of ours.
enum DocumentContent {
    /// The text of the version, as it was written by whoever made it.
    static func text(of found: FoundDocument) throws -> String {
        try found.making?.version.draft.text ?? text(of: found.document)
    }

    /// The same for as long as the document is.
    static func text(of document: CommandDocument) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(content(of: document)), as: UTF8.self)
    }

    static func schemaVersion(of document: CommandDocument) -> String {
        if case .script = document.body { "1.2" } else { "2.2" }
    }

    static func platforms(of document: CommandDocument) -> [String] {
        switch document.body {
        case .script(.bash): return ["Linux"]
        case .script(.powershell): return ["Windows"]
        case .patch: return ["Windows", "Linux"]
        case .document(let document):
            let platforms = Set(document.steps.compactMap(\.platform))
            guard platforms.count == 1, document.steps.allSatisfy({ $0.platform != nil }) else {
                return ["Windows", "Linux"]
            }
            return platforms == [.windows] ? ["Windows"] : ["Linux"]
        }
    }

    // MARK: - Steps

    private static func content(of document: CommandDocument) -> JSONValue {
        var members: [String: JSONValue] = [
            "schemaVersion": .text(schemaVersion(of: document)), "description": .text(document.description),
            "parameters": .object(
                Dictionary(document.parameters.map { ($0.name, parameter($0)) }) { first, _ in first }
            ),
        ]
        switch document.body {
        case .script(let shell):
            let name = "aws:" + CommandDocument.stepName(of: shell)
            let properties: JSONValue = .object([
                "id": .text("0." + name), "runCommand": .text("{{ commands }}"),
                "workingDirectory": .text("{{ workingDirectory }}"), "timeoutSeconds": .text("{{ executionTimeout }}"),
            ])
            members["runtimeConfig"] = .object([name: .object(["properties": .list([properties])])])
        case .document(let document): members["mainSteps"] = .list(document.steps.map(step))
        case .patch(let isHooked): members["mainSteps"] = .list(isHooked ? hookedSteps : patchSteps)
        }
        return .object(members)
    }

    private static func parameter(_ parameter: CommandParameter) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": .text(parameter.isList ? "StringList" : "String"), "description": .text(parameter.description),
        ]
        members["default"] = parameter.defaultValue.map { parameter.isList ? .list([.text($0)]) : .text($0) }
        switch parameter.rule {
        case .oneOf(let words): members["allowedValues"] = .list(words.map(JSONValue.text))
        case .empty: members["allowedPattern"] = .text("^$")
        case .emptyOrUUID:
            let pattern = "(^$)|^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
            members["allowedPattern"] = .text(pattern)
        case .documentName: members["allowedPattern"] = .text("(^$)|^[a-zA-Z0-9_\\-.]{1,64}$")
        case .seconds: members["allowedPattern"] = .text("^[1-9][0-9]{0,4}$")
        case .any: break
        }
        return .object(members)
    }

    private static func step(_ step: DocumentStep) -> JSONValue {
        let (action, lines): (String, [String]) =
            switch step.work {
            case .script(let text, .bash): ("aws:runShellScript", lines(of: text))
            case .script(let text, .powershell): ("aws:runPowerShellScript", lines(of: text))
            // Its arguments reach the program as they are: no shell takes them apart.
            case .command(let arguments): ("aws:runShellScript", [arguments.joined(separator: " ")])
            }
        var members: [String: JSONValue] = [
            "action": .text(action), "name": .text(step.name),
            "inputs": .object([
                "runCommand": .list(lines.map(JSONValue.text)), "timeoutSeconds": .text("\(step.timeoutSeconds)"),
            ]),
        ]
        if let platform = step.platform {
            members["precondition"] = precondition(platform == .windows ? "Windows" : "Linux")
        }
        return .object(members)
    }

    private static func lines(of text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static let patchSteps = [
        patchStep("PatchWindows", "Windows", "aws:runPowerShellScript"),
        patchStep("PatchLinux", "Linux", "aws:runShellScript"),
        patchStep("PatchMacOS", "MacOS", "aws:runShellScript"),
    ]

    private static func patchStep(_ name: String, _ platform: String, _ action: String) -> JSONValue {
        .object([
            "action": .text(action), "name": .text(name), "precondition": precondition(platform),
            "inputs": .object([
                "runCommand": .list([.text("# The node's agent scans, and installs what the command's plan brings it.")]
                ),
                "timeoutSeconds": .text("{{ StepTimeoutSeconds }}"),
            ]),
        ])
    }

    private static let hookedSteps = [
        runDocument("PreInstallScan", "AWS-RunPatchBaseline"),
        runDocument("CustomerProvidedPrePatchHook", "{{ PreInstallHookDocName }}"),
        runDocument("InstallNoReboot", "AWS-RunPatchBaseline"),
        runDocument("CustomerProvidedPostInstallHook", "{{ PostInstallHookDocName }}"),
        runDocument("CustomerProvidedOnExitHook", "{{ OnExitHookDocName }}"),
    ]

    private static func runDocument(_ name: String, _ path: String) -> JSONValue {
        .object([
            "action": .text("aws:runDocument"), "name": .text(name),
            "inputs": .object(["documentType": .text("SSMDocument"), "documentPath": .text(path)]),
        ])
    }

    private static func precondition(_ platform: String) -> JSONValue {
        .object(["StringEquals": .list([.text("platformType"), .text(platform)])])
    }
}
