import AgentProtocol
import Synchronization
import Testing

@testable import HostAgent

/// The transcripts are written from Microsoft's documentation of the update agent's interfaces; none is of a real host.
@Suite("Speaking with the Windows script")
struct ScriptConversationTests {
    private static let hello = """
        < {"id":1,"ok":{"architecture":"AMD64","bootId":7,"bootedAt":null,"build":20348,"displayVersion":"21H2",\
        "hostname":"WEB01","powershell":"5.1.20348.2340","product":"Windows Server 2022 Datacenter","protocol":1,\
        "revision":2340,"version":"10.0"}}
        """
    private static let asked = """
        > {"id":1,"protocol":1,"verb":"hello"}
        > {"id":2,"protocol":1,"verb":"space"}
        """

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private struct Space: Decodable { var freeBytes: Int64 }

    private func space(_ script: any UpdateScript) async throws -> Int64 {
        let updates = try WindowsUpdate(folder: folder.path, script: script, clock: InstantClock())
        let answers = try await updates.converse([(.space, nil)], .seconds(60))
        let space: Space = try answers.answer(to: .space)
        return space.freeBytes
    }

    @Test("asks in order, and takes progress for no answer")
    func conversation() async throws {
        let script = TranscriptScript(
            """
            \(Self.asked)
            \(Self.hello)
            < {"id":2,"progress":{"done":1,"total":2,"text":"drive C:"}}
            < {"id":2,"ok":{"drive":"C:","freeBytes":5}}
            """
        )
        #expect(try await space(script) == 5)
    }

    @Test(
        "tells what the script did other than agreed",
        arguments: [
            ("< Loading personal and system profiles took 812ms.", FailureKind.unknown, "Loading personal"),
            (#"< {"id":2,"ok":{"freeBytes":1}}"# + "\n" + #"< {"id":2,"ok":{"freeBytes":2}}"#, .unknown, "twice"),
            (#"< {"id":2,"ok":{"freeBytes":"much"}}"#, .unknown, "cannot be read"),
            (#"< {"id":2}"#, .unknown, "neither ok nor error"),
            (#"< {"id":2,"progress":{"done":3,"total":5,"text":"KB1"}}"#, .interrupted, "after 3 of 5, KB1"),
            (
                #"< {"id":2,"error":{"class":"COMException","hresult":"0x8024402C","message":"no name"}}"#, .network,
                "0x8024402C (WU_E_PT_WINHTTP_NAME_NOT_RESOLVED)"
            ),
            (#"< {"id":2,"error":{"class":"COMException","hresult":"-214","message":""}}"#, .unknown, "no answer"),
        ]
    )
    func breach(line: String, kind: FailureKind, words: String) async throws {
        let failure = await #expect(throws: StepFailure.self) {
            try await space(TranscriptScript("\(Self.asked)\n\(Self.hello)\n\(line)"))
        }
        #expect(failure?.kind == kind)
        #expect(failure?.detail.contains(words) == true, "\(failure?.detail ?? "")")
    }

    @Test("refuses a script of another version")
    func otherVersion() async throws {
        let windows = FakeWindows()
        windows.state.withLock { $0.protocolVersion = 2 }
        let failure = await #expect(throws: StepFailure.self) { try await space(windows) }
        #expect(failure?.detail.contains("speaks version 2, the agent 1") == true)
    }

    @Test("asks again while a host that comes up calls a search malformed, and not for ever", arguments: [3, 9])
    func malformedSearch(refusals: Int) async throws {
        let (windows, clock) = (FakeWindows(), InstantClock())
        windows.state.withLock { $0.refusals = refusals }
        let updates = try WindowsUpdate(folder: folder.path, script: windows, clock: clock)
        do throws(StepFailure) {
            try await updates.refresh()
            #expect(refusals == 3)
        } catch {
            #expect(refusals == 9)
            #expect(error.kind == .repository)
        }
        #expect(clock.now.offset == WindowsUpdate.searchPause * min(refusals, WindowsUpdate.searchAttempts - 1))
    }

    // MARK: - A real process

    /// A child whose program stands in for PowerShell and the script.
    private func child(_ program: String, longestLine: Int = 1 << 20) -> PowerShell {
        PowerShell(file: folder.path + "/script.ps1", command: ["/bin/sh", "-c", program], longestLine: longestLine)
    }

    @Test("speaks with a real process: it gets every request, and the end of its input")
    func realProcess() async throws {
        let hello = Self.hello.dropFirst(2)
        let program = "[ \"$(wc -l)\" = 2 ] && printf '%s\\n' '\(hello)' '{\"id\":2,\"ok\":{\"freeBytes\":9}}'"
        #expect(try await space(child(program)) == 9)
        #expect(try DurableFile.read(folder.path + "/script.ps1") == PowerShell.script)
    }

    @Test("tells the exit and the last words of a process that ends without an answer")
    func earlyExit() async throws {
        let failure = await #expect(throws: StepFailure.self) {
            try await space(child("echo 'running scripts is disabled on this system' >&2; exit 1"))
        }
        #expect(failure?.kind == .interrupted)
        #expect(failure?.detail.contains("running scripts is disabled") == true)
    }

    @Test("ends a process that says nothing at the limit")
    func hang() async throws {
        let failure = await #expect(throws: StepFailure.self) {
            _ = try await child("exec sleep 1000").run(["{}"], within: .zero) { _ in }
        }
        #expect(failure?.kind == .timeout)
    }

    @Test("takes no line without an end")
    func longLine() async throws {
        await #expect(throws: StepFailure.self) {
            _ = try await child("head -c 100000 /dev/zero | tr '\\0' a", longestLine: 1_000)
                .run(["{}"], within: .seconds(60)) { _ in }
        }
    }

    @Test("the script is ASCII, for Windows PowerShell reads it in the system's own encoding")
    func encoding() { #expect(PowerShell.script.allSatisfy { $0 < 128 } && !PowerShell.script.isEmpty) }
}
