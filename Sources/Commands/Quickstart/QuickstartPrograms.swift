import FoundationEssentials
import Glibc
import LocalFleet
import ReadModels

/// The command lines of the programs that the quickstart runs.
struct QuickstartPrograms: Sendable {
    static let workflow = "debian12-rings"

    let folder: QuickstartFolder
    private let ringmaster: String
    private let agent: String
    private let workflows: String

    /// - Throws: ``CommandFailure`` when the agent's program or the workflow is not where it should be.
    init(folder: QuickstartFolder, workflows: String) throws {
        self.folder = folder
        self.workflows = workflows
        ringmaster = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        agent = URL(filePath: ringmaster).deletingLastPathComponent().path + "/ringmaster-agent"
        let definition = "\(workflows)/\(Self.workflow).yaml"
        for path in [agent, definition] where !FileManager.default.fileExists(atPath: path) {
            let advice = path == agent ? "build both programs with `swift build`" : "name its folder with --workflows"
            throw CommandFailure("there is no \(path); \(advice)", exitCode: .inputMissing)
        }
    }

    /// Written by the control plane when it first starts.
    var tokenFile: String { folder.server + "/operator.token" }

    func serve(port: Int) -> ChildProgram {
        ChildProgram(
            ringmaster,
            ["serve", "--data", folder.server, "--listen", "127.0.0.1:\(port)", "--workflows", workflows],
            log: folder.log("server")
        )
    }

    /// Enrols a host; the activation's code goes to standard input.
    func enrol(_ host: EnrolledHost, _ activation: ActivationView, server: String) -> ChildProgram {
        var arguments = [
            "enrol", "--state-dir", folder.agent(host.name), "--server", server, "--activation", activation.activation,
            "--order-key", activation.orderKey, "--name", host.name, "--root", host.root,
        ]
        if let file = host.bootIdentityFile { arguments += ["--boot-identity", file] }
        for word in host.rebootCommand { arguments += ["--reboot-command", word] }
        return ChildProgram(agent, arguments, log: folder.log(host.name))
    }

    func runAgent(_ host: EnrolledHost) -> ChildProgram {
        ChildProgram(agent, ["run", "--state-dir", folder.agent(host.name)], log: folder.log(host.name))
    }

    /// Prints this machine's pending updates as JSON.
    var scanMachine: ChildProgram {
        ChildProgram(agent, ["scan", "--no-refresh", "--output", "json"], log: folder.log("scan"))
    }

    var verifyLog: ChildProgram {
        ChildProgram(ringmaster, ["log", "verify", "--data", folder.server], log: folder.log("verify"))
    }
}
