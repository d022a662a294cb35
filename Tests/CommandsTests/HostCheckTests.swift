import Commands
import Testing

struct HostCheckTests {
    private var sound: HostCheck {
        HostCheck(
            expectations: [
                .init(package: "acme-web", version: "2", isUpdated: true),
                .init(package: "acme-legacy", version: "1", isUpdated: false),
            ],
            wantsReboot: true,
            compliance: "COMPLIANT",
            installed: ["acme-web": "2", "acme-legacy": "1"],
            installations: ["acme-web": 1, "acme-legacy": 1],
            hasRebooted: true,
            audit: ""
        )
    }

    @Test("A host that is as it should be has no faults")
    func noFaults() { #expect(sound.faults.isEmpty) }

    @Test("An update that is missing, one that was rejected and came, and one that came twice are faults")
    func versions() {
        var check = sound
        check.installed = ["acme-web": "1", "acme-legacy": "2"]
        #expect(
            check.faults == [
                "acme-web is at 1 and should have been updated to 2",
                "acme-legacy is at 2 and should have been left at 1",
            ]
        )
        check = sound
        check.installations["acme-web"] = 2
        #expect(check.faults == ["acme-web 2 was installed 2 times, not once"])
        check = sound
        check.installed["acme-web"] = nil
        #expect(check.faults == ["acme-web is not installed any more"])
    }

    @Test("A reboot that did not happen, and one that nobody asked for, are faults")
    func reboots() {
        var check = sound
        check.hasRebooted = false
        #expect(check.faults == ["it should have rebooted and did not"])
        check.wantsReboot = false
        #expect(check.faults.isEmpty)
        check.hasRebooted = true
        #expect(check.faults == ["it rebooted and should not have"])
    }

    @Test("Anything but COMPLIANT is a fault, and so is what dpkg finds")
    func compliance() {
        var check = sound
        check.compliance = "UNKNOWN"
        check.audit = "acme-web is half configured"
        #expect(
            check.faults == ["it is UNKNOWN, not COMPLIANT", "dpkg finds fault: acme-web is half configured"]
        )
        check.compliance = nil
        #expect(check.faults.first == "it is not known, not COMPLIANT")
    }
}
