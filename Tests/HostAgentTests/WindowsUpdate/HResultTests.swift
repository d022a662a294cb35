import AgentProtocol
import Testing

@testable import HostAgent

@Suite("Results of Windows")
struct HResultTests {
    @Test(
        "have a class",
        arguments: [
            (0x8024_0022, FailureKind.script), (0x8024_402C, .network), (0x8007_0643, .script), (0x8007_0070, .disk),
            (0x800F_0922, .script), (0x8024_0FFF, .unknown), (0x8024_0016, .lock), (0x8024_0003, .vanishedVersion),
            (0x8007_045B, .interrupted), (0x8007_0BC9, .conflict), (0x8007_2EE2, .network), (0x800B_0109, .signature),
            (0x8024_6002, .signature),
            // By their part of Windows alone.
            (0x8024_4FFF, .repository), (0x8024_2FFF, .script), (0x800F_0831, .script), (0x800B_0101, .signature),
            (0x8007_2F19, .network), (0x8000_FFFF, .unknown),
        ] as [(UInt32, FailureKind)]
    )
    func kinds(code: UInt32, kind: FailureKind) { #expect(HResult(code).kind == kind) }

    @Test("are written as Windows writes them")
    func text() {
        #expect(HResult(0).description == "0x00000000")
        #expect(HResult("0x80070070") == HResult(0x8007_0070))
        #expect(HResult(0x8007_0070).text == "0x80070070 (ERROR_DISK_FULL): free some space")
        #expect(HResult(0x8000_4005).text == "0x80004005")
        for text in ["80070070", "0x8007007", "0x8007007g", "-2147024784", "0x+1234567"] {
            #expect(HResult(text) == nil)
        }
    }
}

@Suite("Whether Windows wants a reboot")
struct RebootSignalsTests {
    private let quiet = RebootSignals(
        servicing: false,
        servicingInProgress: false,
        update: false,
        agent: false,
        renames: [],
        computerName: "WEB01",
        nextComputerName: "WEB01"
    )

    @Test("no signal, no reason")
    func none() { #expect(quiet.reasons.isEmpty) }

    @Test("every source is a reason by itself")
    func each() {
        let changes: [(inout RebootSignals) -> Void] = [
            { $0.servicing = true }, { $0.servicingInProgress = true }, { $0.update = true }, { $0.agent = true },
            { $0.renames = [#"\??\C:\Windows\System32\drivers\a.sys"#] }, { $0.nextComputerName = "WEB02" },
        ]
        for change in changes {
            var signals = quiet
            change(&signals)
            #expect(signals.reasons.count == 1)
        }
    }

    @Test(
        "files that are renamed at every boot are no reason",
        arguments: [
            #"\??\C:\Windows\System32\spool\V4Dirs\5C9F\merged.ppd"#, #"\??\C:\Windows\Temp\x.tmp"#,
            #"\??\C:\Users\admin\AppData\Local\Temp\y.tmp"#,
        ]
    )
    func ignored(file: String) {
        var signals = quiet
        signals.renames = [file]
        #expect(signals.reasons.isEmpty)
        signals.renames.append(#"\??\C:\Windows\System32\win32k.sys"#)
        let first = #"\??\C:\Windows\System32\win32k.sys"#
        #expect(signals.reasons == ["1 files are replaced with the next boot, \(first) first"])
    }
}

@Suite("What a Windows host is")
struct WindowsFactsTests {
    private func facts(_ product: String, _ display: String = "", build: Int = 20_348) -> WindowsFacts {
        WindowsFacts(
            protocol: 1,
            powershell: "5.1",
            product: product,
            displayVersion: display,
            version: "10.0",
            build: build,
            revision: 2_340,
            architecture: "AMD64",
            hostname: "WEB01",
            bootId: 7,
            bootedAt: "2026-06-01T00:00:00Z"
        )
    }

    @Test(
        "its release is named as Microsoft's advisories name it",
        arguments: [
            ("Windows Server 2022 Datacenter", "21H2", "Server2022"),
            ("Windows Server 2012 R2 Standard", "", "Server2012R2"),
            ("Windows Server 2025 Standard", "24H2", "Server2025"),
            ("Windows Server Datacenter", "23H2", "Serverversion23H2"),
        ]
    )
    func release(product: String, display: String, version: String) {
        #expect(facts(product, display).platformVersion == version)
    }

    @Test("Windows 11 is told by its build, for its registry says 10", arguments: [(19_045, "10"), (22_631, "11")])
    func client(build: Int, release: String) {
        #expect(facts("Windows 10 Pro", "22H2", build: build).platformVersion == "\(release)Version22H2")
    }

    @Test("a boot is known by Windows' count of them, and by its time where there is none")
    func boot() {
        var facts = facts("Windows Server 2022 Datacenter")
        #expect(facts.boot == BootFacts(bootID: "boot 7", kernel: "10.0.20348.2340"))
        facts.bootId = nil
        #expect(facts.boot.bootID == "2026-06-01T00:00:00Z")
    }
}
