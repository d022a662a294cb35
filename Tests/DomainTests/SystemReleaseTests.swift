import Domain
import Testing

@Suite("Releases of operating systems")
struct SystemReleaseTests {
    @Test(
        "A feed's product and a host of that release meet",
        arguments: [
            ("bookworm", AdvisorySource.debian, "debian", "12"), ("trixie", .debian, "debian", "13.1"),
            ("Ubuntu:22.04:LTS", .ubuntu, "ubuntu", "22.04"), ("Ubuntu:24.10", .ubuntu, "ubuntu", "24.10"),
            ("Amazon Linux 2023", .amazonLinux, "amzn", "2023"), ("Amazon Linux 2", .amazonLinux, "amzn", "2"),
            ("Amazon Linux 2023 - Kernel Livepatch", .amazonLinux, "amzn", "2023"),
            ("Red Hat Enterprise Linux AppStream (v. 9)", .redHat, "rhel", "9.4"),
            ("Red Hat Enterprise Linux Server (v. 7)", .redHat, "rhel", "7.9"),
            ("rhel-9-for-x86_64-baseos-rpms__9_default", .redHat, "rhel", "9.4"),
            ("almalinux-9-for-x86_64-baseos-rpms__9_default", .redHat, "almalinux", "9.4"),
            ("Rocky Linux 8", .redHat, "rocky", "8.10"), ("Oracle Linux 8", .redHat, "ol", "8.9"),
            ("Fedora 43", .fedora, "fedora", "43"),
            ("Windows Server 2022", .microsoft, "windows", "Server2022"),
            ("Windows Server 2012 R2 (Server Core installation)", .microsoft, "windows", "Server 2012 R2"),
            (
                "Windows Server 2022, 23H2 Edition (Server Core installation)", .microsoft, "windows",
                "Server2022 23H2 Edition"
            ),
            ("Windows 11 Version 23H2 for ARM64-based Systems", .microsoft, "windows", "11 Version 23H2"),
            ("Windows 10 for 32-bit Systems", .microsoft, "windows", "10"),
        ]
    )
    func meeting(product: String, source: AdvisorySource, platform: String, version: String) {
        #expect(SystemRelease(product: product, of: source) == SystemRelease(platform: platform, version: version))
    }

    @Test(
        "What hosts do not tell whether they may have it is for no release",
        arguments: [
            ("Ubuntu:Pro:18.04:LTS", AdvisorySource.ubuntu), ("Ubuntu:Pro:FIPS-updates:22.04:LTS", .ubuntu),
            ("Ubuntu:22.04:LTS:Realtime:Kernel", .ubuntu), ("Ubuntu", .ubuntu), ("sid", .debian),
            ("Amazon Linux 2 - Kernel-5.10", .amazonLinux), ("Amazon Linux 2 - Docker", .amazonLinux),
            ("Red Hat Enterprise Linux BaseOS EUS (v.9.2)", .redHat),
            ("rhel-8-for-x86_64-baseos-eus-rpms__8_DOT_6", .redHat), ("Red Hat Enterprise Linux 8.6", .redHat),
            ("Red Hat Enterprise Linux Server (v. 7 ELS)", .redHat),
            ("Red Hat Enterprise Linux AppStream (v. 9) module nodejs:18", .redHat),
            ("Red Hat OpenShift Container Platform 4.14", .redHat), ("Visual Studio Code", .microsoft),
            ("Microsoft .NET Framework 4.8 on Windows Server 2022", .microsoft), ("", .fedora), ("Fedora", .fedora),
        ]
    )
    func none(product: String, source: AdvisorySource) {
        #expect(SystemRelease(product: product, of: source) == nil)
    }

    @Test("Releases of other systems and other versions are others")
    func others() {
        let bookworm = SystemRelease(product: "bookworm", of: .debian)
        #expect(bookworm != SystemRelease(platform: "raspbian", version: "12"))
        #expect(bookworm != SystemRelease(platform: "debian", version: "13"))
        #expect(bookworm?.description == "debian 12")
        #expect(
            SystemRelease(platform: "ubuntu", version: "22.04") != SystemRelease(platform: "ubuntu", version: "22.10")
        )
        #expect(SystemRelease(platform: "amzn", version: "2") != SystemRelease(platform: "amzn", version: "2023"))
    }
}
