import HostAgent
import Testing

@Suite("The progress of a package manager")
struct RunProgressTests {
    @Test("is read from the last line that tells it")
    func lines() {
        let apt = """
            dlstatus:2:61.3890:Retrieving file 2 of 2
            Unpacking libssl3 (3.0.22) over (3.0.20) ...
            pmstatus:libssl3:33.3333:Unpacking libssl3 (amd64)
            Setting up openssl: all
            """
        #expect(RunProgress(log: apt)?.description == "33 %, Unpacking libssl3 (amd64)")
        let dnf = """
            Running transaction
              Preparing        :                                                        1/1
              Upgrading        : rsyslog-8.2204.0-3.amzn2023.0.2.x86_64                 1/3
            """
        #expect(RunProgress(log: dnf)?.description == "33 %, Upgrading rsyslog-8.2204.0-3.amzn2023.0.2.x86_64")
        for text in ["", "nothing", "pmstatus:a:200:b", "pmstatus:a:x:b", "pmstatus:", "  a: b 1/0", "  a: b 3/2"] {
            #expect(RunProgress(log: text) == nil, "\(text)")
        }
    }

    @Test("stands in no output for people")
    func hidden() {
        let text = "one\npmstatus:a:1.0:b\ntwo\ndlstatus:1:0.0000:c\npmerror:d:2:e\n"
        #expect(String(decoding: RunProgress.withoutStatus(Array(text.utf8)), as: UTF8.self) == "one\ntwo\n")
    }
}
