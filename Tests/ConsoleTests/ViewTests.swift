import Domain
import PatchStreams
import ReadModels
import Testing
import Time

@testable import Console

/// What pages are made of, apart from any server.
@Suite("Views of the console")
struct ViewTests {
    private static let moment = Timestamp(microseconds: 1_795_574_400_000_000)

    @Test("Times are told by the site's clocks and by their distance")
    func times() {
        #expect(TimeText.local(Self.moment, "Europe/Berlin") == "Wed 25 Nov 03:40 +01:00")
        #expect(TimeText.span(Self.moment, Self.moment + .seconds(7_200), "UTC") == "Wed 25 Nov 02:40–04:40 +00:00")
        #expect(TimeText.span(Self.moment, Self.moment + .seconds(86_400), "UTC").contains("–Thu 26 Nov 02:40"))
        #expect(TimeText.local(Self.moment, "no/zone").hasSuffix("UTC"))
        #expect(TimeText.distance(Self.moment, from: Self.moment + .seconds(7_300)) == "2 h ago")
        #expect(TimeText.distance(Self.moment + .seconds(200_000), from: Self.moment) == "in 2 d")
        #expect(TimeText.distance(Timestamp(microseconds: .min), from: Timestamp(microseconds: .max)).hasSuffix("ago"))
    }

    @Test("Names cannot break out of an address")
    func addresses() {
        #expect(WebAddress("nodes", "../a?b#c").text == "/console/nodes/..%2Fa%3Fb%23c")
        #expect(WebAddress("fleet").with("q", "a&b=é").with("site", nil).text == "/console/fleet?q=a%26b%3D%C3%A9")
    }

    @Test("A bar shows every part, however small, within its width, and says it in words")
    func bar() throws {
        let bar = StackedBar(
            title: "early \"<1>\"",
            parts: [
                .init(tone: "good", name: "succeeded", count: 99_999), .init(tone: "bad", name: "failed", count: 1),
                .init(tone: "warn", name: "other", count: 0),
            ],
            whole: 100_000
        )
        #expect(bar.sentence == "99\u{202f}999 succeeded, 1 failed of 100\u{202f}000")
        #expect(bar.svg.contains("early &quot;&lt;1&gt;&quot;") && !bar.svg.contains("<1>"))
        let widths = bar.svg.matches(of: #/class="(?:good|bad)" x="\d+" y="0" width="(\d+)"/#).compactMap {
            Int($0.output.1)
        }
        #expect(widths == [992, 8])
        #expect(StackedBar(title: "", parts: [], whole: 0).sentence == "none of 0")
    }

    @Test("Hosts that failed in the same way are one group, the largest first")
    func failures() {
        func host(_ name: String, _ detail: String?) -> HostRunView {
            HostRunView(node: "mi-\(name)", name: name, state: "failed", detail: detail)
        }
        let lane = LaneView(
            rollout: "c/main/London/A-main",
            site: "London",
            patchGroup: "A-main",
            state: "running",
            opens: Self.moment,
            cutoff: Self.moment,
            closes: Self.moment,
            counts: .zero,
            hosts: [
                host("a", "disk"), host("c", "script (nginx: script)"), host("b", "script (nginx: script)"),
                host("d", nil),
            ]
        )
        let groups = FailureGroup.all(of: [lane])
        #expect(groups.map(\.signature) == ["failed: script (nginx: script)", "failed: disk"])
        #expect(groups.map(\.count) == ["2 hosts", "1 host"])
        #expect(groups[0].hosts.map(\.name) == ["b", "c"])
        #expect(groups[0].hosts[0].address == "/console/nodes/mi-b")
    }

    @Test("A plan is compared with the one before: what is new, at another version, and gone")
    func plans() {
        func plan(_ patches: [(String, String)]) -> PlanView {
            PlanView(
                digest: "d",
                figures: PlanFigures(patches: patches.count, nodes: 1, unscanned: 0, withoutBaseline: 0),
                patches: patches.map { PlannedPatchView(name: $0, architecture: "amd64", version: $1, nodes: 1) },
                sets: []
            )
        }
        let page = PlanPage(
            plan([("bash", "2"), ("curl", "1"), ("sudo", "1")]),
            of: "c-2",
            before: (plan([("bash", "1"), ("curl", "1"), ("vim", "1")]), "c-1"),
            Frame("Plan", at: Self.moment)
        )
        #expect(page.lines.map(\.change) == ["was 1", nil, "new"])
        #expect(page.comparison?.contains("2 new or at another version") == true)
        #expect(page.comparison?.contains("1 package of that one") == true)
    }

    @Test("Who decided something is a person; streams, hosts and the server are none")
    func decisions() {
        #expect(EventLine.isPerson("ana"))
        for actor in ["cycle/c-1", "node/mi-1", "server"] { #expect(!EventLine.isPerson(actor)) }
    }

    @Test("No text breaks out of an attribute, not with a combining mark behind its quotation mark either")
    func escaping() throws {
        let session = Session(
            actor: ConsoleActor(name: "ana\"\u{301} autofocus x='<b>", principal: .nobody),
            formToken: "f\"\u{301}",
            begunAt: Self.moment,
            usedAt: Self.moment
        )
        struct Page: Sendable {
            var frame: Frame
            var detail = "\"\u{301}<\u{301}"
            var status = 400
            var code = "c"
        }
        let frame = Frame("t", at: nil, of: session, at: Self.moment)
        let html = try Templates().render(Page(frame: frame), "failure")
        let marks = html.unicodeScalars.indices.filter { html.unicodeScalars[$0] == "\u{301}" }
        for index in marks {
            let before = html.unicodeScalars[html.unicodeScalars.index(before: index)]
            #expect(before == ";", "a mark follows \(before)")
        }
        #expect(marks.count == 4)
    }
}
