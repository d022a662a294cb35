import Domain
import Testing
import Workflows

/// Destinations in the policy's files.
extension PolicyFilesTests {
    @Test("Destinations, with what is left out as it is usual")
    func destinations() throws {
        let text = """
            destinations:
              - { name: tickets, webhook: { url: "https://bridge.example/a?b=c", of: nodes } }
              - { name: chat, webhook: { url: "http://[::1]:9000" } }
              - { name: hub, security-hub: { account: "123456789012", regions: { London: eu-west-2 } } }

            """
        let sites = "sites: [{ name: London, zone: UTC }, { name: us-gov-east-1, zone: UTC }]\n"
        let found = try read(sites, text).policy.destinations
        #expect(
            found == [
                Destination(name: "tickets", webhook: .init(url: "https://bridge.example/a?b=c", subjects: [.nodes])),
                Destination(name: "chat", webhook: .init(url: "http://[::1]:9000")),
                Destination(name: "hub", securityHub: .init(account: "123456789012", regions: ["London": "eu-west-2"])),
            ]
        )
    }

    @Test(
        "A destination that is none says why, where it stands",
        arguments: [
            ("{ name: a }", "a destination is one thing: expected `webhook` or `security-hub`"),
            (
                "{ name: A/b, webhook: { url: \"http://a\" } }",
                "found the name `A/b`: expected 1 to 50 letters of a to z, digits or hyphens"
            ),
            (
                "{ name: a, webhook: { url: \"ftp://a\" } }",
                "found the url `ftp://a`: expected one such as https://bridge.example/ringmaster"
            ),
            (
                "{ name: a, webhook: { url: \"https://u:p@a/\" } }",
                "the url holds credentials, which everybody who reads the policy would see: let the receiver verify the signature"
            ),
            ("{ name: a, webhook: { url: \"https:///a\" } }", "the url `https:///a` names no host"),
            (
                "{ name: a, webhook: { url: \"http://a\", of: [nodes, nodes] } }",
                "`of` names nothing, or something twice: expected nodes, cycles or both"
            ),
            (
                "{ name: a, security-hub: { account: \"123\" } }",
                "found the account `123`: expected its twelve digits, quoted"
            ),
            (
                "{ name: a, security-hub: { account: \"123456789012\", regions: { Paris: eu-west-3 } } }",
                "`sites` has no site `Paris`"
            ),
        ]
    )
    func unfitDestinations(item: String, message: String) {
        let found = problems("destinations:\n  - \(item)\n")
        #expect(found.contains { $0.hasPrefix("0.yaml:2:") && $0.hasSuffix(": \(message)") }, "\(found)")
    }

    @Test("A site that is called as no region needs one where there is a Security Hub")
    func regions() {
        let text = """
            sites: [{ name: London, zone: UTC }, { name: eu-west-1, zone: UTC }]
            destinations: [{ name: hub, security-hub: { account: "123456789012" } }]
            """
        let message = "site `London` is called as no region of AWS: name its region in `regions`"
        #expect(problems(text) == ["0.yaml:2:16: \(message)"])
    }
}
