import Domain
import Testing

@Suite("Surveys of inventories")
struct PatchSurveyTests {
    private let judge = Baseline(
        name: "base",
        system: .debian,
        patchGroups: ["*"],
        rules: [.init(filters: [PatchFilter(.priority, ["Important"])], level: .high)]
    )

    @Test("What is held, what waits for a boot and what leads upwards are taken from the inventory")
    func inventory() {
        func installed(_ name: String, isHeld: Bool = false) -> InstalledItem {
            InstalledItem(patch: Patch(name: name, architecture: "amd64", version: "1"), isHeld: isHeld)
        }
        func update(_ name: String, from: String) -> UpdateItem {
            let patch = Patch(name: name, architecture: "amd64", version: "2")
            return UpdateItem(patch: patch, installedVersion: from, origins: [], priority: "", section: "")
        }
        let inventory = HostInventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            installed: [installed("curl", isHeld: true), installed("dbus"), installed("linux-image-6.1.0-25-amd64")],
            updates: [update("curl", from: "1"), update("dbus", from: "3")],
            indexCount: 1,
            rebootReasons: ["dbus asks for a reboot", "the kernel 6.1.0-25-amd64 is installed and 6.1.0-23-amd64 runs"]
        )
        let survey = PatchSurvey(inventory, by: judge, at: seconds(0), operation: .scan)
        #expect(survey.installed.map(\.patch.name) == ["curl", "dbus", "linux-image-6.1.0-25-amd64"])
        #expect(survey.available.map(\.patch.name) == ["curl"], "an older candidate is no update")
        #expect(survey.obstacles == [Patch(name: "curl", architecture: "amd64", version: "2"): .held])
        #expect(survey.awaitingReboot == ["dbus", "linux-image-6.1.0-25-amd64"])
    }

    @Test("What is installed is approved by the archives that offer it, and by their class")
    func offerings() {
        func installed(_ name: String, _ label: String, priority: String) -> InstalledItem {
            let origin = ArchiveOrigin(
                origin: "Debian",
                label: label,
                codename: label == "Debian" ? "bookworm" : "bookworm-security",
                archive: ""
            )
            return InstalledItem(
                patch: Patch(name: name, architecture: "amd64", version: "2"),
                isHeld: false,
                offering: Offering(origins: [origin], priority: priority, section: "net")
            )
        }
        let inventory = HostInventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            installed: [
                installed("curl", "Debian-Security", priority: "important"),
                installed("dbus", "Debian", priority: "important"),
                installed("emacs", "Debian-Security", priority: "optional"),
                InstalledItem(patch: Patch(name: "own", architecture: "amd64", version: "1"), isHeld: false),
            ],
            updates: [],
            indexCount: 1,
            rebootReasons: []
        )
        let survey = PatchSurvey(inventory, by: judge, at: seconds(0), operation: .scan)
        let report = PatchReport(survey, by: judge, at: seconds(0))
        #expect(report.items.map(\.state) == [.installed, .installedOther, .installedOther, .installedOther])
    }

    @Test("What is broken at the version on offer is missing, and not there")
    func broken() {
        let patch = Patch(name: "curl", architecture: "amd64", version: "2")
        let inventory = HostInventory(
            platform: "ubuntu",
            platformVersion: "24.04",
            architecture: "amd64",
            installed: [InstalledItem(patch: patch, isHeld: false, isBroken: true)],
            updates: [UpdateItem(patch: patch, installedVersion: "2", origins: [], priority: "", section: "")],
            indexCount: 1,
            rebootReasons: []
        )
        let survey = PatchSurvey(inventory, by: judge, at: seconds(0), operation: .scan)
        #expect(survey.installed == [] && survey.available.map(\.patch) == [patch])
        #expect(survey.obstacles == [patch: .broken])
    }
}
