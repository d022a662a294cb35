import AgentProtocol
import HostAgent
import Testing

@Suite("What dnf and rpm print")
struct DnfOutputTests {
    @Test(
        "tells the class of a failure",
        arguments: [
            (FailureKind.lock, "Error: metadata already locked by 19669"),
            (.disk, "At least 7MB more space needed on the /mnt/small filesystem."),
            (.script, "Error in PREIN scriptlet in rpm package badpre\nError: Transaction failed"),
            (.signature, "Package acme-1.0-1.noarch.rpm is not signed\nError: GPG check FAILED"),
            (.vanishedVersion, "Error: No match for argument: acme-1.0-2.noarch"),
            (.conflict, "Problem: cannot install the best update candidate for package acme-1.0-1.noarch"),
            (.conflict, "Error: Transaction test error:\n  file /usr/share/acme conflicts between attempted installs"),
            (.network, "Curl error (6): Couldn't resolve host name for http://mirror\nCannot download repomd.xml"),
            (.repository, "Error: Failed to download metadata for repo 'dead': Cannot download repomd.xml"),
            (.repository, "Error: Cache-only enabled but no cache for 'updates'"),
        ]
    )
    func kinds(kind: FailureKind, output: String) { #expect(DnfFailure.kind(of: output) == kind) }

    @Test("tells nothing where it says nothing that is known")
    func unknown() { #expect(DnfFailure.kind(of: "Segmentation fault") == nil) }

    @Test("tells whose scripts failed when the package was in place")
    func scripts() {
        let output = """
            Error in POSTIN scriptlet in rpm package acme-tls
            Error in PREIN scriptlet in rpm package acme-web
              Running scriptlet: acme-new-1.0-1.noarch
            Error in POSTTRANS scriptlet in rpm package kernel
            """
        #expect(DnfFailure.failedScripts(in: output) == ["acme-tls", "kernel"])
    }
}
