import Domain
import Testing
import Workflows

@Suite("Values of filters, in files")
struct FilterValueTests {
    private static func problems(_ system: String?, _ filters: String) -> [String] {
        let text = """
            baselines:
              - name: one-two
                \(system.map { "os: \($0)" } ?? "description: for any")
                patch-groups: [g]
                rules: [{ \(filters) }]
            """
        do {
            _ = try PolicyFiles([.init(name: "0.yaml", bytes: Array(text.utf8))]) { source throws(UnreadableCalendar) in
                throw UnreadableCalendar(source)
            }
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(
        "A value that no patch of the system has is a problem where it stands, with the nearest one that there is",
        arguments: [
            (
                "AMAZON_LINUX_2023", "severity: [Critical, Importnat]",
                "36: no patch has the `severity` `Importnat`: "
                    + "expected one of Critical, Important, Medium, Moderate, Low, None; did you mean `Important`?"
            ),
            (
                "ORACLE_LINUX", "severity: Medium",
                "25: no patch has the `severity` `Medium`: expected one of Critical, Important, Moderate, Low"
            ),
            (
                "ORACLE_LINUX", "classification: newpackage",
                "31: no patch has the `classification` `newpackage`: expected one of Security, Bugfix, Enhancement"
            ),
            (
                "UBUNTU", "priority: high",
                "25: no patch has the `priority` `high`: expected one of Required, Important, Standard, Optional, Extra"
            ),
            (
                "UBUNTU", "product: Ubunut22.04",
                "24: no patch has the `product` `Ubunut22.04`: expected one that begins with Ubuntu"
            ),
            (
                "UBUNTU", "product: \"Deb*\"",
                "24: no patch has the `product` `Deb*`: expected one that begins with Ubuntu"
            ),
            (
                "WINDOWS", "msrc-severity: Critcal",
                "30: no patch has the `msrc-severity` `Critcal`: "
                    + "expected one of Critical, Important, Moderate, Low, Unspecified; did you mean `Critical`?"
            ),
            (
                "WINDOWS", "patch-set: APPS", "26: no patch has the `patch-set` `APPS`: expected one of OS, APPLICATION"
            ),
            (
                nil, "classification: Bugfix",
                "31: no patch has the `classification` `Bugfix`: expected one of Security, NonSecurity"
            ),
            (
                nil, "known-exploited: \"yes\"",
                "32: no patch has the `known-exploited` `yes`: expected one of true, false"
            ),
            (
                nil, "exploit-probability: 10%",
                "36: no patch has the `exploit-probability` `10%`: expected a number from 0 to 1"
            ),
            (
                nil, "normalized-severity: unknown",
                "36: no patch has the `normalized-severity` `unknown`: "
                    + "expected one of critical, high, medium, low, negligible"
            ),
        ] as [(String?, String, String)]
    )
    func wrong(system: String?, filters: String, message: String) {
        #expect(Self.problems(system, filters) == ["0.yaml:5:\(message)"])
    }

    @Test(
        "Case does not matter, patterns may stand for values that there are, and free text is free",
        arguments: [
            ("AMAZON_LINUX_2023", "severity: [critical, \"imp*\", medium], classification: \"*\""),
            ("AMAZON_LINUX_2023", "product: [AmazonLinux2023, \"Amazon*\", \"*\"]"),
            ("UBUNTU", "priority: \"[ro]*\", section: whatever, product: ubuntu22.04, classification: security"),
            ("WINDOWS", "product: [Office 2010, WindowsServer2022], product-family: Office"),
            ("SUSE", "classification: yast, severity: moderate"),
            ("MACOS", "classification: brew_cask"),
            (nil, "classification: nonsecurity, exploit-probability: [0.1, \"1\"], known-exploited: true"),
        ] as [(String?, String)]
    )
    func right(system: String?, filters: String) { #expect(Self.problems(system, filters) == []) }

    @Test("While the system is not known, its values are not either")
    func unreadable() {
        let found = Self.problems("UBUNUT", "priority: high")
        #expect(found.count == 1 && found[0].hasSuffix("did you mean `UBUNTU`?"), "\(found)")
    }

    @Test("Every value of SSM's predefined baselines is one that there is", arguments: OperatingSystem.allCases)
    func predefined(system: OperatingSystem) {
        let baseline = Baseline.predefined(for: system)
        for filter in baseline.globalFilters + baseline.rules.flatMap(\.filters) {
            let values = filter.key.values(for: system)
            for value in filter.values where value != "*" {
                #expect(values?.contains(value) == true, "\(system) \(filter.key) \(value)")
            }
        }
    }
}
