import Domain
import DurableStreams
import PatchStreams
import Testing
import Time

/// What is in the log stays readable: these texts are stored events, never to be edited.
@Suite("Stored events of each aggregate")
struct StoredEventTests {
    private static let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    private func check<Aggregate: StreamBound>(
        _ event: Aggregate.Event,
        of type: Aggregate.Type,
        _ name: String,
        _ data: String
    ) throws {
        let decider = DomainDecider<Aggregate>.withoutEffects
        #expect(try decider.encode(event) == RecordedEvent(type: name, data: data))
        #expect(try decider.decode(RecordedEvent(type: name, data: data)) == event)
    }

    @Test("A cycle's")
    func cycle() throws {
        let approval = Approval(by: "ana", planDigest: "abc", at: Self.moment)
        try check(
            .approved(stage: "early", approval),
            of: Cycle.self,
            "cycle.approved.v1",
            #"{"approved":{"_1":{"at":1764000000000000,"by":"ana","planDigest":"abc"},"stage":"early"}}"#
        )
        try check(
            .taskFailed(.openLanes(stage: "main"), error: "no zone", at: Self.moment),
            of: Cycle.self,
            "cycle.task-failed.v1",
            #"{"taskFailed":{"_0":{"openLanes":{"stage":"main"}},"at":1764000000000000,"error":"no zone"}}"#
        )
    }

    @Test("The API's tokens'")
    func access() throws {
        let token = AccessToken(
            id: "tok-1",
            name: "ana",
            roles: [.approver, .operator],
            scope: AccessScope(rings: ["early"]),
            secretSHA256: "abc",
            expires: Self.moment
        )
        try check(
            .tokenCreated(token, by: "operator", at: Self.moment),
            of: AccessBook.self,
            "access.token-created.v1",
            #"{"tokenCreated":{"_0":{"expires":1764000000000000,"id":"tok-1","name":"ana","roles":["approver","operator"],"#
                + #""scope":{"patchGroups":[],"rings":["early"],"sites":[]},"secretSHA256":"abc"},"at":1764000000000000,"by":"operator"}}"#
        )
        try check(
            .tokenUsed(id: "tok-1", source: "192.0.2.1", at: Self.moment),
            of: AccessBook.self,
            "access.token-used.v1",
            #"{"tokenUsed":{"at":1764000000000000,"id":"tok-1","source":"192.0.2.1"}}"#
        )
    }

    @Test("The audit's")
    func audit() throws {
        let entry = AuditEntry(
            outcome: .denied,
            principal: "token/tok-1",
            actor: "ana",
            source: "192.0.2.1",
            request: "POST /api/v1/cycles",
            permission: .steer,
            code: "not-permitted"
        )
        try check(
            .recorded(entry, at: Self.moment),
            of: AuditTrail.self,
            "audit.recorded.v1",
            #"{"recorded":{"_0":{"actor":"ana","code":"not-permitted","outcome":"denied","permission":"steer","principal":"#
                + #""token/tok-1","request":"POST /api/v1/cycles","source":"192.0.2.1"},"at":1764000000000000}}"#
        )
    }

    @Test("A rollout's")
    func rollout() throws {
        let patch = Patch(name: "acme", architecture: "amd64", version: "2")
        let outcome = PatchOutcome(patch: patch, state: .alreadyInstalled, before: "2", after: "2")
        let report = HostReport(
            index: 4,
            attempt: 1,
            sequence: 3,
            happenedAt: Self.moment,
            fact: .installed(inventory: "d", patches: [outcome], reboot: nil)
        )
        try check(
            .hostReported(report, at: Self.moment),
            of: Rollout.self,
            "rollout.host-reported.v1",
            #"{"hostReported":{"_0":{"a":1,"f":{"k":"installed","p":[{"after":"2","before":"2","patch":"#
                + #"{"architecture":"amd64","name":"acme","version":"2"},"state":"already-installed"}],"v":"d"},"i":4,"q":3,"#
                + #""t":1764000000000000},"at":1764000000000000}}"#
        )
    }

    @Test("An activation's")
    func activation() throws {
        try check(
            .used(ActivationUse(publicKey: "key", node: "mi-1", at: Self.moment), facts: facts),
            of: Activation.self,
            "activation.used.v1",
            #"{"used":{"_0":{"at":1764000000000000,"node":"mi-1","publicKey":"key"},"facts":{"agentVersion":"1.0","#
                + #""architecture":"amd64","hostname":"web","platform":"debian","platformVersion":"12"}}}"#
        )
        try check(
            .deleted(ActivationDeletion(by: "ana", at: Self.moment)),
            of: Activation.self,
            "activation.deleted.v1",
            #"{"deleted":{"_0":{"at":1764000000000000,"by":"ana"}}}"#
        )
    }

    @Test("A node's")
    func node() throws {
        try check(
            .revoked(NodeRevocation(reason: "stolen", by: "ana", at: Self.moment)),
            of: Node.self,
            "node.revoked.v1",
            #"{"revoked":{"_0":{"at":1764000000000000,"by":"ana","reason":"stolen"}}}"#
        )
        try check(
            .approved(by: "ana", at: Self.moment),
            of: Node.self,
            "node.approved.v1",
            #"{"approved":{"at":1764000000000000,"by":"ana"}}"#
        )
        try check(
            .labelled(NodeLabels(role: "r", tags: ["Owner": "a"]), patchGroup: "default", by: "ana", at: Self.moment),
            of: Node.self,
            "node.labelled.v1",
            #"{"labelled":{"_0":{"role":"r","tags":{"Owner":"a"}},"at":1764000000000000,"by":"ana","#
                + #""patchGroup":"default"}}"#
        )
        try check(
            .described(
                NodeFacts(
                    hostname: "web",
                    platform: "debian",
                    platformVersion: "12",
                    architecture: "amd64",
                    agentVersion: "amazon-ssm-agent 3.3.0.0"
                ),
                at: Self.moment
            ),
            of: Node.self,
            "node.described.v1",
            #"{"described":{"_0":{"agentVersion":"amazon-ssm-agent 3.3.0.0","architecture":"amd64","hostname":"web","#
                + #""platform":"debian","platformVersion":"12"},"at":1764000000000000}}"#
        )
        try check(
            .cloned(NodeClash(first: "a", second: "b"), at: Self.moment),
            of: Node.self,
            "node.cloned.v1",
            #"{"cloned":{"_0":{"first":"a","second":"b"},"at":1764000000000000}}"#
        )
        try check(
            .keyOffered(NodeKey(publicKey: "key", offeredAt: Self.moment)),
            of: Node.self,
            "node.key-offered.v1",
            #"{"keyOffered":{"_0":{"offeredAt":1764000000000000,"publicKey":"key"}}}"#
        )
        try check(
            .keyChanged(publicKey: "key", at: Self.moment),
            of: Node.self,
            "node.key-changed.v1",
            #"{"keyChanged":{"at":1764000000000000,"publicKey":"key"}}"#
        )
        let reboot = NodeReboot(
            order: nil,
            outcome: .unordered,
            before: BootIdentity(bootID: "b1", kernel: "6.1"),
            after: BootIdentity(bootID: "b2", kernel: "6.1"),
            expectedKernel: nil,
            reasons: [],
            missing: [],
            condition: NodeCondition(failedUnits: nil, sockets: ["0.0.0.0:22"], mounts: []),
            happenedAt: Self.moment
        )
        try check(
            .rebooted(reboot, at: Self.moment),
            of: Node.self,
            "node.rebooted.v1",
            #"{"rebooted":{"_0":{"after":{"bootID":"b2","kernel":"6.1"},"before":{"bootID":"b1","kernel":"6.1"},"#
                + #""condition":{"mounts":[],"sockets":["0.0.0.0:22"]},"happenedAt":1764000000000000,"missing":[],"#
                + #""outcome":"unordered","reasons":[]},"at":1764000000000000}}"#
        )
        try check(
            .repaired(
                NodeRepair(check: "package-lock", isRepaired: true, detail: "gone", happenedAt: Self.moment),
                at: Self.moment
            ),
            of: Node.self,
            "node.repaired.v1",
            #"{"repaired":{"_0":{"check":"package-lock","detail":"gone","happenedAt":1764000000000000,"#
                + #""isRepaired":true},"at":1764000000000000}}"#
        )
        let enrolment = NodeEnrolment(
            node: "mi-1",
            publicKey: "key",
            site: "Frankfurt",
            patchGroup: "Debian12-early",
            activation: "act-1",
            facts: facts
        )
        try check(
            .enrolled(enrolment, at: Self.moment),
            of: Node.self,
            "node.enrolled.v1",
            #"{"enrolled":{"_0":{"activation":"act-1","facts":{"agentVersion":"1.0","architecture":"amd64","hostname":"web","#
                + #""platform":"debian","platformVersion":"12"},"node":"mi-1","patchGroup":"Debian12-early","publicKey":"key","#
                + #""site":"Frankfurt"},"at":1764000000000000}}"#
        )
    }

    @Test("A feed's")
    func feed() throws {
        let fact = FeedImport(
            number: 7,
            sha256: "abc",
            byteCount: 12,
            format: "kev",
            url: "https://kev.example/kev.json",
            etag: "W/\"1\"",
            entryCount: 3,
            newCount: 2,
            changedCount: 1,
            malformedCount: 4
        )
        try check(
            .imported(fact, by: "ana", at: Self.moment),
            of: Feed.self,
            "feed.imported.v1",
            #"{"imported":{"_0":{"byteCount":12,"changedCount":1,"entryCount":3,"etag":"W/\"1\"","format":"kev","#
                + #""malformedCount":4,"newCount":2,"number":7,"sha256":"abc","url":"https://kev.example/kev.json"},"#
                + #""at":1764000000000000,"by":"ana"}}"#
        )
    }

    @Test("A group's of reboot slots")
    func rebootSlots() throws {
        let group = RebootSlotGroup(name: "db", hosts: ["db-*"])
        try check(
            .configured(group, at: Self.moment),
            of: RebootSlots.self,
            "reboot-slots.configured.v1",
            #"{"configured":{"_0":{"hosts":["db-*"],"isOpenToFleetLock":false,"leaseSeconds":1800,"name":"db","#
                + #""releaseWhen":"expired","slots":1,"targets":{"patchGroups":[],"rings":[],"sites":[]}},"#
                + #""at":1764000000000000}}"#
        )
        let holder = RebootSlotHolder(
            name: "node/mi-1",
            purpose: "c/early/London/db#0#1",
            grantedAt: Self.moment,
            until: Self.moment + .seconds(1_800),
            fence: 7
        )
        try check(
            .granted(holder, at: Self.moment),
            of: RebootSlots.self,
            "reboot-slots.granted.v1",
            #"{"granted":{"_0":{"fence":7,"grantedAt":1764000000000000,"isOverdue":false,"name":"node/mi-1","#
                + #""purpose":"c/early/London/db#0#1","until":1764001800000000},"at":1764000000000000}}"#
        )
        try check(
            .expired(holder: "node/mi-1", purpose: "o", fence: 7, at: Self.moment),
            of: RebootSlots.self,
            "reboot-slots.expired.v1",
            #"{"expired":{"at":1764000000000000,"fence":7,"holder":"node/mi-1","purpose":"o"}}"#
        )
    }

    @Test("An event of another version is an error, not another event")
    func unknown() {
        let event = RecordedEvent(type: "cycle.exploded.v1", data: #"{"exploded":{}}"#)
        #expect(throws: DecodingError.self) { try DomainDecider<Cycle>.withoutEffects.decode(event) }
    }

    private var facts: NodeFacts {
        NodeFacts(
            hostname: "web",
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            agentVersion: "1.0"
        )
    }
}
