import HostAgent
import Testing

@Suite("The progress of a package manager")
struct RunProgressTests {
    @Test("is read from what it prints")
    func lines() {
        let apt = """
            2 upgraded, 1 newly installed, 0 to remove and 4 not upgraded.
            Unpacking libssl3:amd64 (3.0.22) over (3.0.20) ...
            Preparing to unpack .../openssl_3.0.22_amd64.deb ...
            Unpacking openssl (3.0.22) over (3.0.20) ...
            Setting up libssl3:amd64 (3.0.22) ...
            Created symlink: all
            """
        #expect(RunProgress(log: apt)?.description == "50 %, Setting up libssl3:amd64")
        let dnf = """
            Running transaction
              Preparing        :                                                        1/1
              Upgrading        : rsyslog-8.2204.0-3.amzn2023.0.2.x86_64                 1/3
            """
        #expect(RunProgress(log: dnf)?.description == "33 %, Upgrading rsyslog-8.2204.0-3.amzn2023.0.2.x86_64")
        for text in [
            "", "nothing", "Unpacking a (1) ...", "0 upgraded, 0 newly installed, 0 to remove\nUnpacking a (1) ...",
            "  a: b 1/0", "  a: b 3/2", "  a: b",
        ] {
            #expect(RunProgress(log: text) == nil, "\(text)")
        }
    }
}
