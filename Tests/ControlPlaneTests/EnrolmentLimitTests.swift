import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Testing
import Time

@Suite("Enrolments in vain", .serialized, .timeLimit(.minutes(10)))
struct EnrolmentLimitTests {
    private func moment(_ seconds: Double) -> Timestamp { Timestamp(microseconds: Int64(seconds * 1_000_000)) }

    @Test("A bucket takes its burst, then one in each period, and no key is held against another")
    func bucket() {
        var buckets = Buckets(burst: 3, period: .seconds(10))
        for _ in 1...3 {
            #expect(buckets.wait(for: "a", at: moment(0)) == nil)
            buckets.note("a", at: moment(0))
        }
        #expect(buckets.wait(for: "a", at: moment(0)) == .seconds(10))
        #expect(buckets.wait(for: "a", at: moment(5)) == .seconds(5))
        #expect(buckets.wait(for: "b", at: moment(0)) == nil)
        #expect(buckets.wait(for: "a", at: moment(10)) == nil)
        buckets.note("a", at: moment(10))
        #expect(buckets.wait(for: "a", at: moment(10)) == .seconds(10))
        #expect(buckets.wait(for: "a", at: moment(5)) == .seconds(10), "a clock that is set back")
        #expect(buckets.wait(for: "a", at: moment(1_000)) == nil)
    }

    @Test("However many keys fail, few are remembered")
    func capacity() {
        var buckets = Buckets(burst: 1, period: .seconds(10))
        for number in 0...Buckets.capacity { buckets.note("\(number)", at: moment(0)) }
        #expect(buckets.wait(for: "0", at: moment(0)) == nil)
        #expect(buckets.wait(for: "\(Buckets.capacity)", at: moment(0)) != nil)
    }

    @Test("Whoever fails too often waits; another activation, and later the same, is taken")
    func tooOften() async throws {
        try await withControlPlane { controlPlane in
            let agents = controlPlane.services.agents
            let activation = try await controlPlane.activation(uses: 100)
            var wrong = activation
            wrong.code = "wrong"
            var answer: Problem?
            for _ in 1...200 where answer?.status != 429 {
                let request = try HostKey().enrolment(wrong)
                answer = try await problem { _ = try await agents.enrol(request, from: "10.0.0.7") }
            }
            #expect(answer?.code == "too-many-failures")
            let wait = try #require(answer?.retryAfterSeconds)
            #expect((1...7).contains(wait))
            let genuine = try HostKey().enrolment(activation)
            let refused = try await problem { _ = try await agents.enrol(genuine, from: "10.0.0.8") }
            #expect(refused.status == 429, "the activation is what is tried out")
            let other = try await controlPlane.activation()
            _ = try await agents.enrol(HostKey().enrolment(other), from: "10.0.0.8")
            controlPlane.clock.skip(.seconds(wait))
            _ = try await agents.enrol(genuine, from: "10.0.0.7")
        }
    }

    @Test("A fleet behind one address is not slowed down")
    func fleet() async throws {
        try await withControlPlane { controlPlane in
            let activation = try await controlPlane.activation(uses: 60)
            for _ in 1...60 {
                let request = try HostKey().enrolment(activation)
                _ = try await controlPlane.services.agents.enrol(request, from: "10.0.0.7")
            }
        }
    }

    @Test(
        "A network holds its addresses and no others",
        arguments: [
            ("10.7.0.0/16", "10.7.255.1", true), ("10.7.0.0/16", "10.8.0.1", false), ("10.7.0.1", "10.7.0.1", true),
            ("10.7.0.1", "10.7.0.2", false), ("10.7.0.0/16", "::ffff:10.7.1.1", true), ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false), ("fe80::/10", "fe80::1%eth0", true),
            ("10.0.0.0/8", "nowhere", false),
        ]
    )
    func network(text: String, address: String, isInside: Bool) throws {
        #expect(try #require(SourceNetwork(text)).contains(address) == isInside)
    }

    @Test("An activation with networks is for hosts there, and who does not know its code hears nothing of them")
    func elsewhere() async throws {
        try await withControlPlane { controlPlane in
            let agents = controlPlane.services.agents
            var request = CreateActivation(
                site: "dmz",
                patchGroup: "Debian12-main",
                uses: 2,
                expiresInSeconds: 60,
                networks: ["10.7.0.0/16", "2001:db8::/32"],
                by: "ana"
            )
            let activation = try await controlPlane.services.activations.create(request)
            let key = HostKey()
            for source in ["10.8.0.1", nil] {
                let refused = try await problem { _ = try await agents.enrol(key.enrolment(activation), from: source) }
                #expect(refused.code == "activation-elsewhere")
            }
            var wrong = activation
            wrong.code = "wrong"
            let guessed = try await problem { _ = try await agents.enrol(key.enrolment(wrong), from: "10.8.0.1") }
            #expect(guessed.code == "activation-unknown")
            _ = try await agents.enrol(key.enrolment(activation), from: "10.7.0.9")
            let events = try await controlPlane.reader.events(of: Activation.stream(activation.activation))
            #expect(events.last?.event.data.contains("10.7.0.9") == true, "where it was used is in the log")
            for wrong in ["10.7.0.0/33", "10.7/16", "", "a/8", "10.7.0.0/x"] {
                request.networks = [wrong]
                let refused = try await problem { [request] in
                    _ = try await controlPlane.services.activations.create(request)
                }
                #expect(refused.code == "invalid-activation", "\(wrong)")
            }
        }
    }
}
