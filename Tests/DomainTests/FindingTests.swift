import Domain
import Testing
import Time

private func advisory(
    id: String = "ALAS2023-2026-1",
    by source: AdvisorySource = .amazonLinux,
    word: String = "important",
    kind: String = "security",
    cves: [String] = [],
    isWithdrawn: Bool = false,
    _ fixes: FixedPackage...
) -> AdvisoryVersion {
    AdvisoryVersion(
        Advisory(
            id: id,
            source: source,
            title: "A flaw",
            classification: kind,
            severityWord: word,
            cves: cves.compactMap { CVE($0) },
            issued: seconds(1_780_000_000),
            fixes: fixes,
            isWithdrawn: isWithdrawn
        ),
        digest: "digest of \(id)"
    )
}

private func fix(
    _ name: String,
    _ version: String?,
    _ product: String = "Amazon Linux 2023",
    architecture: String? = nil,
    isSource: Bool = false
) -> FixedPackage {
    FixedPackage(product: product, name: name, architecture: architecture, version: version, isSource: isSource)
}

private func package(
    _ name: String,
    _ version: String,
    _ architecture: String = "x86_64",
    source: PackageSet.Source? = nil
) -> PackageSet.Package {
    PackageSet.Package(patch: Patch(name: name, architecture: architecture, version: version), source: source)
}

private let amazon = SystemRelease(platform: "amzn", version: "2023")
private let debian = SystemRelease(platform: "debian", version: "12")
private let ubuntu = SystemRelease(platform: "ubuntu", version: "22.04")
private let windows = SystemRelease(platform: "windows", version: "Server2022")

/// What is open, as `ADVISORY PACKAGE INSTALLED < FIXED`.
private func open(
    _ advisories: [AdvisoryVersion],
    on release: SystemRelease = amazon,
    _ packages: PackageSet.Package...
) -> [String]? {
    AdvisoryIndex(advisories).findings(for: PackageSet(release: release, packages: packages))?.map {
        "\($0.advisory.id) \($0.package.name) \($0.package.version) < \($0.fixedVersion ?? "?")"
    }
}

@Suite("Findings")
struct FindingTests {
    @Test("A finding says what lacks which advisory in which of its versions")
    func facts() throws {
        let cves = ["CVE-2026-1007", "CVE-2026-1009"]
        let due = [seconds(1_790_000_000), seconds(1_785_000_000)]
        let threats = Threats(
            knownExploited: zip(cves, due).compactMap { name, due in
                CVE(name).map { KnownExploited(cve: $0, addedAt: nil, dueAt: due, isUsedByRansomware: false) }
            }
        )
        let index = AdvisoryIndex([advisory(cves: cves, fix("openssl", "1:3.0.8-2"))], threats: threats)
        let set = PackageSet(release: amazon, packages: [package("openssl", "1:3.0.8-1"), package("bash", "5.2-1")])
        let expected = Finding(
            advisory: AdvisoryFacts(
                id: "ALAS2023-2026-1",
                source: .amazonLinux,
                digest: "digest of ALAS2023-2026-1",
                severity: .high,
                classification: "security",
                severityWord: "important",
                cves: cves.compactMap { CVE($0) },
                releasedAt: seconds(1_780_000_000),
                exploitedDueAt: due[1],
                isKnownExploited: true
            ),
            package: Patch(name: "openssl", architecture: "x86_64", version: "1:3.0.8-1"),
            fixedVersion: "1:3.0.8-2"
        )
        #expect(index.findings(for: set) == [expected])
    }

    @Test("What has the fixed version or a later one in the vendor's order has no finding")
    func versions() {
        let fixed = [advisory(fix("curl", "8.9.1-1"))]
        #expect(open(fixed, package("curl", "8.9.0-9")) == ["ALAS2023-2026-1 curl 8.9.0-9 < 8.9.1-1"])
        #expect(open(fixed, package("curl", "8.9.1~rc1-1"))?.count == 1)
        #expect(open(fixed, package("curl", "8.9.1-1")) == [])
        #expect(open(fixed, package("curl", "8.10.0-1")) == [])
        #expect(open(fixed, package("curl", "1:7.0-1")) == [])
        #expect(open(fixed, package("libcurl", "1.0-1")) == [])
    }

    @Test("Another release or architecture is none of the host's; noarch is for all")
    func others() {
        let elsewhere = advisory(id: "A-1", fix("curl", "9-1", "Amazon Linux 2"))
        #expect(open([elsewhere], package("curl", "8-1")) == nil, "nothing is known of the release")
        let here = advisory(id: "A-2", fix("curl", "9-1", architecture: "i686"))
        #expect(open([elsewhere, here], package("curl", "8-1")) == [])
        let packages = (package("curl", "8-1"), package("curl", "8-1", "i686"), package("curl", "8-1", "noarch"))
        let found = AdvisoryIndex([here]).findings(
            for: PackageSet(release: amazon, packages: [packages.0, packages.1, packages.2])
        )
        #expect(found?.map(\.package.architecture) == ["i686", "noarch"])
    }

    @Test("Each advisory on a package is a finding of its own, once, with the highest version that it asks for")
    func several() {
        let advisories = [
            advisory(
                id: "A-2",
                fix("curl", "8.1-1"),
                fix("curl", "8.3-1", architecture: "x86_64"),
                fix("curl", "8.2-1")
            ),
            advisory(id: "A-1", fix("curl", "8.1-1")), advisory(id: "A-3", fix("curl", "8.0-1")),
        ]
        #expect(open(advisories, package("curl", "8.0-2")) == ["A-1 curl 8.0-2 < 8.1-1", "A-2 curl 8.0-2 < 8.3-1"])
    }

    @Test("What was taken back, and a bugfix that names no vulnerability, is no finding")
    func irrelevant() {
        let fixed = fix("curl", "9-1")
        #expect(
            open([advisory(id: "A-1", isWithdrawn: true, fixed), advisory(id: "A-2", fixed)], package("curl", "8-1"))?
                .count
                == 1
        )
        #expect(open([advisory(id: "A-1", kind: "bugfix", fixed)], package("curl", "8-1")) == nil)
        #expect(
            open([advisory(id: "A-1", kind: "bugfix", cves: ["CVE-2026-1001"], fixed)], package("curl", "8-1"))?.count
                == 1
        )
        #expect(open([advisory(id: "A-1", kind: "unheard-of", fixed)], package("curl", "8-1"))?.count == 1)
    }

    @Test("A source package's fix is for all that was built from it, by the source's version")
    func sources() {
        let fixed = [
            advisory(id: "DSA-1-1", by: .debian, fix("openssl", "3.0.17-1~deb12u2", "bookworm", isSource: true))
        ]
        let source = PackageSet.Source(name: "openssl", version: "3.0.17-1~deb12u1")
        #expect(
            open(fixed, on: debian, package("libssl3", "9.9-1", source: source), package("openssl", "3.0.17-1~deb12u1"))
                == ["DSA-1-1 libssl3 9.9-1 < 3.0.17-1~deb12u2", "DSA-1-1 openssl 3.0.17-1~deb12u1 < 3.0.17-1~deb12u2"]
        )
        let fixedSource = PackageSet.Source(name: "openssl", version: "3.0.17-1~deb12u2")
        #expect(open(fixed, on: debian, package("libssl3", "1.0-1", source: fixedSource)) == [])
    }

    @Test("Of kernels that are installed side by side the newest counts")
    func kernels() {
        let fixed = [advisory(fix("kernel", "6.1.21-1", architecture: "x86_64"))]
        #expect(
            open(fixed, package("kernel", "6.1.12-17"), package("kernel", "6.1.21-1"), package("kernel", "6.1.9-1"))
                == []
        )
        #expect(
            open(fixed, package("kernel", "6.1.9-1"), package("kernel", "6.1.12-17"))
                == ["ALAS2023-2026-1 kernel 6.1.12-17 < 6.1.21-1"]
        )
    }

    @Test("Kernels whose names hold their version are known by their series")
    func namedKernels() {
        let fixed = [
            advisory(
                id: "USN-1-1",
                by: .ubuntu,
                fix("linux-image-5.15.0-131-generic", "5.15.0-131.141", "Ubuntu:22.04:LTS")
            ),
            advisory(
                id: "USN-2-1",
                by: .ubuntu,
                fix("linux-image-6.8.0-52-generic", "6.8.0-52.53~22.04.1", "Ubuntu:22.04:LTS")
            ),
        ]
        let old = package("linux-image-5.15.0-130-generic", "5.15.0-130.140", "amd64")
        let new = package("linux-image-5.15.0-134-generic", "5.15.0-134.145", "amd64")
        #expect(
            open(fixed, on: ubuntu, old) == ["USN-1-1 linux-image-5.15.0-130-generic 5.15.0-130.140 < 5.15.0-131.141"]
        )
        #expect(open(fixed, on: ubuntu, old, new) == [])
        #expect(open(fixed, on: ubuntu, package("linux-image-5.15.0-130-lowlatency", "5.15.0-130.140", "amd64")) == [])
        #expect(open(fixed, on: ubuntu, package("linux-libc-dev", "5.15.0-1.1", "amd64")) == [])
    }

    @Test("Debian's signed kernels have the fixes of the source that they repack")
    func signedKernels() {
        let fixed = [advisory(id: "DSA-2-1", by: .debian, fix("linux", "6.1.106-3", "bookworm", isSource: true))]
        func kernel(_ number: String, _ version: String, _ signed: String) -> PackageSet.Package {
            let source = PackageSet.Source(name: "linux-signed-amd64", version: signed)
            return package("linux-image-6.1.0-\(number)-amd64", version, "amd64", source: source)
        }
        let (old, new) = (kernel("23", "6.1.99-1", "6.1.99+1"), kernel("25", "6.1.106-3", "6.1.106+3"))
        #expect(open(fixed, on: debian, old) == ["DSA-2-1 linux-image-6.1.0-23-amd64 6.1.99-1 < 6.1.106-3"])
        #expect(open(fixed, on: debian, new, old) == [])
    }

    @Test("On Windows the build tells what is there, and so does the update; either of several closes the advisory")
    func updates() {
        let server = "Windows Server 2022"
        let fixed = [
            advisory(
                id: "CVE-2026-1",
                by: .microsoft,
                fix("KB5036451", "10.0.20348.2340", server),
                fix("KB5036452", "10.0.20348.2333", server)
            )
        ]
        func system(_ build: String) -> PackageSet.Package { package(PackageSet.windowsSystem, build, "amd64") }
        #expect(
            open(fixed, on: windows, system("10.0.20348.2322"))
                == ["CVE-2026-1 KB5036452 10.0.20348.2322 < 10.0.20348.2333"]
        )
        #expect(open(fixed, on: windows, system("10.0.20348.2333")) == [])
        #expect(open(fixed, on: windows, system("10.0.20348.2402")) == [])
        #expect(open(fixed, on: windows, system("unknown"), package("KB5036451", "")) == [])
        #expect(open(fixed, on: windows) == ["CVE-2026-1 KB5036452  < 10.0.20348.2333"])
        #expect(
            open([advisory(id: "CVE-2026-2", by: .microsoft, fix("KB1", nil, server))], on: windows, system("10.0.1"))?
                .count
                == 1
        )
    }

    @Test("A notice without a severity has the worst of its vulnerabilities by the vendor's own records")
    func severities() {
        func severity(_ records: AdvisoryVersion...) -> AdvisorySeverity? {
            let notice = advisory(
                id: "USN-1-1",
                by: .ubuntu,
                word: "",
                cves: ["CVE-2026-1001", "CVE-2026-1002"],
                fix("curl", "9", "Ubuntu:22.04:LTS")
            )
            let set = PackageSet(release: ubuntu, packages: [package("curl", "8", "amd64")])
            return AdvisoryIndex([notice] + records).findings(for: set)?.first { $0.advisory.id == "USN-1-1" }?.advisory
                .severity
        }
        let low = advisory(id: "UBUNTU-CVE-2026-1", by: .ubuntu, word: "low", cves: ["CVE-2026-1001"])
        let medium = advisory(id: "UBUNTU-CVE-2026-2", by: .ubuntu, word: "medium", cves: ["CVE-2026-1002"])
        let other = advisory(id: "curl/CVE-2026-2", by: .debian, word: "critical", cves: ["CVE-2026-1002"])
        let again = advisory(id: "UBUNTU-CVE-2026-2b", by: .ubuntu, word: "critical", cves: ["CVE-2026-1002"])
        #expect(severity(low, medium) == .medium)
        #expect(severity(low, medium, again) == .critical)
        #expect(severity(low, other) == .unknown, "another vendor's word is not this one's")
    }

    @Test("An inventory's packages are judged by its release")
    func inventory() {
        let source = PackageSet.Source(name: "glibc", version: "2.36-9")
        let inventory = HostInventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            installed: [
                InstalledItem(patch: Patch(name: "curl", architecture: "amd64", version: "7-1"), isHeld: false),
                InstalledItem(
                    patch: Patch(name: "libc6", architecture: "amd64", version: "2.36-9"),
                    isHeld: false,
                    source: source
                ),
            ],
            updates: [],
            indexCount: 1,
            rebootReasons: []
        )
        let packages = [package("curl", "7-1", "amd64"), package("libc6", "2.36-9", "amd64", source: source)]
        #expect(PackageSet(inventory) == PackageSet(release: debian, packages: packages))
    }
}
