import Commands
import ReadModels
import Testing

struct NodePageTests {
    private let patch = MissingPatchView(
        name: "openssl",
        installedVersion: "3.0.11-1",
        version: "3.0.15-1~deb12u1",
        level: "CRITICAL"
    )

    @Test("Nodes of which nothing is proved come first")
    func order() {
        let nodes = [
            Sample.node("green", compliance: "COMPLIANT"),
            Sample.node("red", compliance: "NON_COMPLIANT", missing: [patch]),
            Sample.node("grey", compliance: "UNKNOWN", scanned: nil),
        ]
        let expected = """
            NODE                 NAME   PATCH GROUP     COMPLIANCE     MISSING
            mi-0a1b2c3d4e5f6071  grey   Debian12-early  UNKNOWN              0
            mi-0a1b2c3d4e5f6071  red    Debian12-early  NON_COMPLIANT        1
            mi-0a1b2c3d4e5f6071  green  Debian12-early  COMPLIANT            0
            """
        #expect(NodeTable(nodes).lines(OutputStyle(width: 68)).joined(separator: "\n") == expected)
    }

    @Test("The table tells whose agent a node has, where there is room")
    func agents() {
        var stock = Sample.node("stock", compliance: "COMPLIANT")
        stock.agentVersion = "amazon-ssm-agent 3.3.0.0"
        let ours = Sample.node("ours", compliance: "COMPLIANT")
        #expect(stock.agent == "amazon-ssm-agent 3.3.0.0")
        #expect(ours.agent == "ringmaster \(ours.agentVersion)")
        let text = NodeTable([stock, ours]).lines(OutputStyle(width: 200)).joined(separator: "\n")
        #expect(text.contains("AGENT") && text.contains("amazon-ssm-agent 3.3.0.0"))
    }

    @Test("A node says in one sentence why it is what it is, and what it lacks")
    func page() {
        var node = Sample.node("web-1", compliance: "NON_COMPLIANT", missing: [patch])
        node.rebootReasons = ["linux-image-amd64 was updated"]
        let expected = """
            node         mi-0a1b2c3d4e5f6071
            name         web-1
            site         Frankfurt
            patch group  Debian12-early
            platform     Debian 12
            agent        0.1.0
            enrolled     2026-11-23T08:00:00Z
            baseline     debian12-baseline
            last scan    2026-11-23T08:00:00Z
            updates      5 offered, 3 of them security
            compliance   NON_COMPLIANT
            why          The scan of 2026-11-23T08:00:00Z missed 1 patch (1 critical) that debian12-baseline approves.
            reboot       linux-image-amd64 was updated

            MISSING PATCH  INSTALLED  APPROVED          LEVEL
            openssl        3.0.11-1   3.0.15-1~deb12u1  CRITICAL
            """
        #expect(NodePage(node).lines(OutputStyle()).joined(separator: "\n") == expected)
    }

    @Test("A node shows its last reboot and what speaks against it")
    func reboot() {
        var node = Sample.node("web-1", compliance: "COMPLIANT")
        node.lastReboot = RebootView(
            at: Sample.start,
            outcome: "degraded",
            order: "o1",
            bootBefore: "0123456789abcdef",
            bootAfter: "fedcba9876543210",
            kernelBefore: "6.1.0-55-amd64",
            kernelAfter: "6.1.0-56-amd64",
            expectedKernel: "6.1.0-56-amd64",
            reasons: ["libc6 asks for a reboot"],
            missing: ["nothing listens on 0.0.0.0:80 (nginx)"]
        )
        let lines = NodePage(node).lines(OutputStyle()).suffix(4)
        #expect(
            Array(lines) == [
                "last reboot  degraded at 2026-11-23T08:00:00Z",
                "boot         01234567 → fedcba98, kernel 6.1.0-55-amd64 → 6.1.0-56-amd64",
                "because      libc6 asks for a reboot",
                "after it     nothing listens on 0.0.0.0:80 (nginx)",
            ]
        )
    }

    @Test("Without a scan, or without a baseline, the sentence says so")
    func unknown() {
        #expect(
            NodePage(Sample.node("a", compliance: "UNKNOWN", scanned: nil)).why
                == "No scan has proved anything about it yet."
        )
        var node = Sample.node("a", compliance: "UNKNOWN")
        #expect(
            NodePage(node).why
                == "The scan of 2026-11-23T08:00:00Z is no proof any more: it is older than two days."
        )
        node.compliance = "NON_COMPLIANT"
        node.unknownReason = nil
        node.rebootReasons = ["linux-image-amd64 was updated"]
        #expect(NodePage(node).why.hasSuffix("but not all in effect before a reboot."))
        node.unknownReason = "no-baseline"
        #expect(NodePage(node).why == "No baseline says what it should have.")
        node.unknownReason = "clock"
        node.clockOffSeconds = -400
        node.lastHeardAt = node.lastScanAt
        #expect(NodePage(node).why.hasPrefix("Its clock is more than five minutes off"))
        let lines = NodePage(node).lines(OutputStyle())
        #expect(lines.contains("last heard   2026-11-23T08:00:00Z"))
        #expect(lines.contains("clock        400 seconds behind the server's: its requests are refused"))
        node.unknownReason = "agent-silent"
        #expect(NodePage(node).why.hasPrefix("Its agent was not heard for more than a day"))
        node.unknownReason = "stale-index"
        #expect(NodePage(node).why.contains("the index of an archive was out of date"))
        node.unknownReason = "unscanned-run"
        #expect(NodePage(node).why.hasPrefix("Its last run ended without a scan"))
    }
}
