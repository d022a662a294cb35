import Domain
import Testing

@testable import Advisories

@Suite("updateinfo.xml")
struct UpdateinfoTests {
    @Test("An advisory of Amazon's, with a date without seconds")
    func amazon() throws {
        let update = Self.update(
            id: "ALAS2023-2026-001",
            dates: ("2026-02-17 20:41", "2026-02-22 23:22:10"),
            packages: """
                <package name="openssl-libs" version="3.0.8" release="1.amzn2023.0.4" epoch="1" arch="x86_64"><filename>f</filename></package>
                <package name="openssl-libs" version="3.0.8" release="1.amzn2023.0.4" epoch="1" arch="i686"/>
                <package name="openssl" version="3.0.8" release="1.amzn2023.0.4" epoch="0" arch="src"/>
                """
        )
        let product = "Amazon Linux 2023"
        #expect(
            try advisory(Self.feed(update))
                == Advisory(
                    id: "ALAS2023-2026-001",
                    source: .amazonLinux,
                    title: "Important update for openssl & more",
                    classification: "security",
                    severityWord: "important",
                    cves: cves("CVE-2026-1001", "CVE-2026-1002"),
                    issued: moment("2026-02-17T20:41:00Z"),
                    updated: moment("2026-02-22T23:22:10Z"),
                    fixes: [
                        FixedPackage(
                            product: product,
                            name: "openssl-libs",
                            architecture: "x86_64",
                            version: "1:3.0.8-1.amzn2023.0.4"
                        ),
                        FixedPackage(
                            product: product,
                            name: "openssl-libs",
                            architecture: "i686",
                            version: "1:3.0.8-1.amzn2023.0.4"
                        ),
                        FixedPackage(
                            product: product,
                            name: "openssl",
                            version: "3.0.8-1.amzn2023.0.4",
                            isSource: true
                        ),
                    ],
                    link: "https://alas.example/ALAS2023-2026-001.html"
                )
        )
    }

    @Test(
        "A date comes with or without seconds, time or zone",
        arguments: [
            ("2026-02-17 20:41", "2026-02-17T20:41:00Z"), ("2026-02-17 20:41:05", "2026-02-17T20:41:05Z"),
            ("2026-02-17T20:41:05Z", "2026-02-17T20:41:05Z"), ("2026-02-17T20:41:05+02:00", "2026-02-17T18:41:05Z"),
            (" 2026-02-17 ", "2026-02-17T00:00:00Z"), ("1771360860", "2026-02-17T20:41:00Z"),
        ]
    )
    func dates(written: String, meant: String) throws {
        let advisory = try advisory(Self.feed(Self.update(dates: (written, written))))
        #expect(try advisory.issued == moment(meant))
        #expect(advisory.releasedAt == advisory.issued)
    }

    @Test(
        "A date that is epoch 0, too early or unreadable is unknown, and never 1970",
        arguments: [
            "", "0", "1970-01-01 00:00:00", "1970-01-01T05:30:00Z", "0001-01-01T00:00:00", "soon", "2026-02-30",
        ]
    )
    func unknownDates(written: String) throws {
        let advisory = try advisory(Self.feed(Self.update(dates: (written, written))))
        #expect(advisory.issued == nil)
        #expect(advisory.updated == nil)
        #expect(advisory.releasedAt == nil)
    }

    @Test("An edit dated before the advisory, as Rocky has it, makes it no older")
    func editedBefore() throws {
        let update = Self.update(id: "RLSA-2026:1", dates: ("2026-03-05 00:00:00", "2026-03-01 00:00:00"))
        let advisory = try advisory(Self.feed(update))
        #expect(try advisory.updated == moment("2026-03-01T00:00:00Z"))
        #expect(try advisory.releasedAt == moment("2026-03-05T00:00:00Z"))
    }

    @Test(
        "Whose it is shows in the id",
        arguments: [
            ("ALAS2-2026-942", AdvisorySource.amazonLinux), ("ALAS2023LIVEPATCH-2026-001", .amazonLinux),
            ("ALASKERNEL-5.10-2026-001", .amazonLinux), ("RHSA-2026:6163", .redHat), ("ALSA-2026:2433", .redHat),
            ("RLSA-2026:1", .redHat), ("FEDORA-2026-4a08954c02", .fedora),
        ]
    )
    func sources(id: String, source: AdvisorySource) throws {
        #expect(try advisory(Self.feed(Self.update(id: id))).source == source)
    }

    @Test(
        "Severity words of any case and vendor are understood, and unknown ones rank as high",
        arguments: [
            ("Critical", AdvisorySeverity.critical), ("important", .high), ("Important", .high), ("medium", .medium),
            ("Moderate", .medium), ("Low", .low), ("None", .unknown), ("", .unknown), ("Sec.", .unknown),
        ]
    )
    func severities(word: String, severity: AdvisorySeverity) throws {
        let advisory = try advisory(Self.feed(Self.update(severity: word)))
        #expect(advisory.severityWord == word)
        #expect(advisory.severity == severity)
        #expect(AdvisorySeverity.unknown.rank == AdvisorySeverity.high.rank)
    }

    @Test("Fedora names its CVEs in the titles of bugs")
    func fedora() throws {
        let references =
            "<reference type=\"bugzilla\" id=\"2400001\" title=\"CVE-2026-2001 curl: overflow [fedora-43]\" href=\"x\"/>"
        #expect(
            try advisory(Self.feed(Self.update(references: references))).cves == cves("CVE-2026-2001")
        )
    }

    @Test("A reboot is asked for by a package or for all of them")
    func reboot() throws {
        func need(_ inPackage: String, _ inUpdate: String = "") throws -> RebootNeed {
            let package =
                "<package name=\"kernel\" version=\"6.1\" release=\"1\" epoch=\"0\" arch=\"noarch\">\(inPackage)</package>"
            return try advisory(Self.feed(Self.update(packages: package, more: inUpdate))).reboot
        }
        let suggested = "<reboot_suggested>True</reboot_suggested>"
        #expect(try need(suggested) == .required)
        #expect(try need("<reboot_suggested/>") == .required)
        #expect(try need("", suggested) == .required)
        #expect(try need("<reboot_suggested>False</reboot_suggested>") == .notNeeded)
        #expect(try need("") == .unstated)
    }

    @Test("Packages of a module are for those who follow its stream")
    func module() throws {
        let package = "<package name=\"nodejs\" version=\"18.20.4\" release=\"1.module\" epoch=\"1\" arch=\"x86_64\"/>"
        let module = "<module name=\"nodejs\" stream=\"18\" version=\"9040\" context=\"rhel9\" arch=\"x86_64\"/>"
        let advisory = try advisory(Self.feed(Self.update(packages: module + package)))
        #expect(advisory.fixes.map(\.product) == ["Amazon Linux 2023 module nodejs:18"])
    }

    @Test("One that was taken back is known as that")
    func retracted() throws {
        #expect(try advisory(Self.feed(Self.update(status: "retracted"))).isWithdrawn)
        #expect(try !advisory(Self.feed(Self.update())).isWithdrawn)
    }

    @Test("What a terminal or a database cannot bear is left out of the title, and no link leads elsewhere")
    func titles() throws {
        let title = "red&#x9b;31m\u{202e} and\n\t\u{9f} <![CDATA[<b>]]>\(String(repeating: "é", count: 600))"
        let references = "<reference type=\"self\" href=\"javascript:alert(1)\"/>"
        let advisory = try advisory(Self.feed(Self.update(title: title, references: references)))
        #expect(advisory.title.hasPrefix("red 31m and <b>éé"))
        #expect(advisory.title.utf8.count <= 1_000)
        #expect(advisory.link == nil)
    }

    @Test(
        "An update that is malformed is reported with its place, and the others are read",
        arguments: [
            (Self.update(id: ""), "its id is missing"), (Self.update(id: "ALAS 1"), "its id has characters"),
            (
                Self.update(packages: "<package name=\"a\" release=\"1\" arch=\"noarch\"/>"),
                "the version of a is missing"
            ),
            (
                Self.update(packages: "<package name=\"a\" version=\"1\" release=\"1\" epoch=\"x\" arch=\"noarch\"/>"),
                "the epoch of a is no number"
            ), (Self.update(packages: "<package/>"), "a package's name is missing"),
        ]
    )
    func malformed(update: String, reason: String) throws {
        let read = try TestFeed(Self.feed(Self.update(id: "A-1") + update + "\n" + Self.update(id: "A-2"))).read()
        #expect(read.items.compactMap(\.advisory?.id) == ["A-1", "A-2"])
        let malformed = try #require(read.items[1].malformed)
        #expect(malformed.reason.hasPrefix(reason))
        #expect(malformed.place.hasPrefix("line "))
        #expect(read.summary == FeedSummary(format: .updateinfo, entryCount: 2, malformedCount: 1))
    }

    @Test("A repository without advisories has a feed all the same")
    func empty() throws {
        #expect(try TestFeed("<updates/>").read().summary.entryCount == 0)
    }
}

extension UpdateinfoTests {
    static func feed(_ updates: String) -> String { "<?xml version=\"1.0\" ?>\n<updates>\(updates)</updates>\n" }

    static let package =
        "<package name=\"bash\" version=\"5.2\" release=\"1.amzn2023\" epoch=\"0\" arch=\"x86_64\"><filename/></package>"

    static let references = """
        <reference href="https://cve.example/CVE-2026-1002" title="" id="CVE-2026-1002" type="cve" />
        <reference href="https://cve.example/CVE-2026-1001" title="" id="cve-2026-1001" type="cve" />
        <reference href="https://bugs.example/17" title="a bug" id="17" type="bugzilla" />
        <reference href="https://alas.example/ALAS2023-2026-001.html" id="ALAS2023-2026-001" type="self" />
        """

    static func update(
        id: String = "ALAS2023-2026-001",
        status: String = "final",
        title: String = "Important update for openssl &amp; more",
        dates: (issued: String, updated: String) = ("2026-02-17 20:41:00", "2026-02-22 23:22:00"),
        severity: String = "important",
        references: String = Self.references,
        packages: String = Self.package,
        more: String = ""
    ) -> String {
        """
        <update status="\(status)" version="1.4" author="a@example.com" type="security" from="a@example.com"><id>\(id)</id>
        <title>\(title)</title><issued date="\(dates.issued)" /><updated date="\(dates.updated)" />
        <severity>\(severity)</severity><description>Long &lt;text&gt;.</description>\(more)
        <references>\(references)</references>
        <pkglist><collection short="amazon-linux-2023"><name>Amazon Linux 2023</name>\(packages)</collection></pkglist></update>
        """
    }
}
