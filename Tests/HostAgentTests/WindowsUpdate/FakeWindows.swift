import AgentProtocol
import FoundationEssentials
import Synchronization

@testable import HostAgent

/// A Windows host behind the script's dialogue: it answers as Microsoft's documentation of the interfaces says, for nobody has
/// recorded a real one.
final class FakeWindows: UpdateScript {
    struct Update {
        var kb: String
        var id: String
        var revision = 200
        var title = ""
        var classification = "Security Updates"
        var severity = "Important"
        var impact = 0
        var isHidden = false
        var canAsk = false
        /// How its installation ends.
        var hresult = "0x00000000"
        /// It moves the build's revision with the next boot; with nil it wants no boot.
        var revisionAfter: Int?
        /// The boot takes it back.
        var isRolledBack = false

        fileprivate(set) var isInstalled = false
        fileprivate(set) var wantsReboot = false

        var identity: UpdateIdentity { UpdateIdentity(id: id, revision: revision) }

        /// As an order names it.
        var patch: PatchReference {
            PatchReference(name: "KB\(kb)", architecture: "amd64", version: identity.description)
        }
    }

    struct State {
        var updates: [Update] = []
        var product = "Windows Server 2022 Datacenter"
        var revision = 2340
        var boot = 7
        var freeBytes: Int64 = 100 << 30
        var startMode = "Manual"
        var isBusy = false
        var isStarting = false
        var fixes = ["KB5012170"]
        var renames: [String] = []
        /// After a boot taken back the agent still says that the update is there.
        var liesAfterRollback = false
        /// What it was asked to install, in order.
        var installed: [String] = []
        var isOnline: [Bool] = []
        /// How many searches are still refused as malformed.
        var refusals = 0
        var protocolVersion = 1
    }

    let state: Mutex<State>

    init(_ updates: [Update] = []) {
        var state = State()
        state.updates = updates
        self.state = Mutex(state)
    }

    func run(
        _ requests: [String],
        within limit: Duration,
        hear: @escaping @Sendable (String) -> Void
    ) async throws(StepFailure) -> String {
        for line in requests {
            do {
                let request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
                hear(state.withLock { Self.answer(request, &$0) })
            } catch {
                throw StepFailure(.unknown, "the test's host cannot read \(line): \(error)")
            }
        }
        return "exited(0)"
    }

    /// Boots: what was installed takes effect or is taken back.
    func reboot() {
        state.withLock { state in
            state.boot += 1
            for index in state.updates.indices where state.updates[index].wantsReboot {
                state.updates[index].wantsReboot = false
                if state.updates[index].isRolledBack {
                    state.updates[index].isInstalled = state.liesAfterRollback
                } else {
                    state.revision = state.updates[index].revisionAfter ?? state.revision
                }
            }
        }
    }

    // MARK: - Answers

    private struct Request: Decodable {
        struct Arguments: Decodable {
            var criteria: String?
            var online: Bool?
            var updates: [UpdateIdentity]?
        }

        var id: Int
        var verb: String
        var arguments: Arguments?
    }

    private static func answer(_ request: Request, _ state: inout State) -> String {
        if request.verb == "search", state.refusals > 0 {
            state.refusals -= 1
            let error = #"{"class":"System.Runtime.InteropServices.COMException","hresult":"0x80240032","message":""}"#
            return #"{"id":\#(request.id),"error":\#(error)}"#
        }
        return #"{"id":\#(request.id),"ok":\#(content(request, &state))}"#
    }

    private static func content(_ request: Request, _ state: inout State) -> String {
        switch request.verb {
        case "hello":
            """
            {"architecture":"AMD64","bootId":\(state.boot),"bootedAt":"2026-06-01T00:00:00Z","build":20348,\
            "displayVersion":"21H2","hostname":"WEB01","powershell":"5.1.20348.2340","product":"\(state.product)",\
            "protocol":\(state.protocolVersion),"revision":\(state.revision),"version":"10.0"}
            """
        case "source": #"{"isAutomatic":false,"server":"https://wsus.example.com:8531","usesServer":true}"#
        case "services": #"{"services":[{"name":"wuauserv","startMode":"\#(state.startMode)","state":"Stopped"}]}"#
        case "space": #"{"drive":"C:","freeBytes":\#(state.freeBytes)}"#
        case "busy": #"{"isBusy":\#(state.isBusy)}"#
        case "reboot": reboot(state)
        case "condition":
            """
            {"failedServices":["spooler"],"isStarting":\(state.isStarting),"sockets":[{"address":"0.0.0.0","port":49664},\
            {"address":"[::]","port":443,"program":"nginx"}],"volumes":["C:\\\\"]}
            """
        case "search": search(request, &state)
        case "installed":
            """
            {"fixes":\(json(state.fixes)),"history":[],"updates":\
            \(list(state.updates.filter { $0.isInstalled || $0.wantsReboot }))}
            """
        case "download", "install": transact(request, &state)
        default: "{}"
        }
    }

    private static func search(_ request: Request, _ state: inout State) -> String {
        state.isOnline.append(request.arguments?.online ?? false)
        return #"{"updates":\#(list(state.updates.filter { !$0.isInstalled }))}"#
    }

    private static func reboot(_ state: State) -> String {
        let isWanted = state.updates.contains(where: \.wantsReboot)
        return """
            {"agent":\(isWanted),"computerName":"WEB01","nextComputerName":"WEB01","renames":\(json(state.renames)),\
            "servicing":\(isWanted),"servicingInProgress":false,"update":\(isWanted)}
            """
    }

    private static func transact(_ request: Request, _ state: inout State) -> String {
        var results: [String] = []
        for identity in request.arguments?.updates ?? [] {
            guard let index = state.updates.firstIndex(where: { $0.identity == identity }) else { continue }
            let update = state.updates[index]
            let isDone = update.hresult == "0x00000000"
            if request.verb == "install" {
                state.installed.append("KB\(update.kb)")
                state.updates[index].isInstalled = isDone
                state.updates[index].wantsReboot = isDone && update.revisionAfter != nil
            }
            results.append(
                """
                {"hresult":"\(update.hresult)","id":"\(update.id)","result":\(isDone ? 2 : 4),\
                "revision":\(update.revision),"wantsReboot":\(isDone && update.revisionAfter != nil)}
                """
            )
        }
        return #"{"results":[\#(results.joined(separator: ","))]}"#
    }

    private static func list(_ updates: [Update]) -> String {
        "[" + updates.map(text).joined(separator: ",") + "]"
    }

    private static func text(_ update: Update) -> String {
        """
        {"bulletins":[],"bytes":1048576,"canAsk":\(update.canAsk),"categories":[{"id":"0","name":"Windows Server 2022",\
        "type":"Product"},{"id":"1","name":"\(update.classification)","type":"UpdateClassification"}],\
        "changedAt":"2026-05-12T17:00:00Z","cves":["CVE-2026-1002","CVE-2026-1001"],"id":"\(update.id)",\
        "impact":\(update.impact),"isDownloaded":true,"isHidden":\(update.isHidden),"isInstalled":\(update.isInstalled),\
        "isMandatory":false,"isOptional":false,"kb":["\(update.kb)"],"rebootBehavior":2,"revision":\(update.revision),\
        "severity":"\(update.severity)","supersedes":[],"title":"\(update.title)","wantsReboot":\(update.wantsReboot)}
        """
    }

    private static func json(_ texts: [String]) -> String {
        "[" + texts.map { "\"\($0.replacing("\\", with: "\\\\"))\"" }.joined(separator: ",") + "]"
    }
}
