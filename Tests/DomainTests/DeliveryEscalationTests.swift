import Domain
import Testing
import Time

@Suite("Escalations")
struct DeliveryEscalationTests {
    private static let tickets = Recipient(destination: "tickets", channel: .webhook)

    /// - Parameter numbers: of the advisories, in the order in which their fixes are due.
    private static func standing(overdue numbers: some Sequence<Int>) -> Standing {
        var node = NodeStanding(name: "web-1", site: "London", patchGroup: "Debian12-early", compliance: .nonCompliant)
        node.overdue = OverdueFindings(
            Set(
                numbers.map { number in
                    let dueAt = Timestamp(microseconds: Int64(number))
                    return .init(advisory: "DSA-\(number)", package: "openssl", severity: .high, dueAt: dueAt)
                }
            )
        )
        return .node(node)
    }

    @Test("are for findings that are overdue now, not for those that are named because others are mended")
    func mended() {
        for count in [1, 2, OverdueFindings.mostNamed, OverdueFindings.mostNamed + 1, 50] {
            let told = Self.standing(overdue: 0..<count)
            for mended in 0..<count {
                let fewer = Self.standing(overdue: (0..<count).filter { $0 != mended })
                #expect(fewer.notice(after: told, to: Self.tickets) == nil, "\(mended) of \(count)")
            }
            #expect(Self.standing(overdue: 0...count).notice(after: told, to: Self.tickets) == .nodeEscalated)
        }
    }

    @Test("are for a finding that takes the place of another while all are named")
    func replaced() {
        let told = Self.standing(overdue: 0..<OverdueFindings.mostNamed)
        let other = Self.standing(overdue: 1...OverdueFindings.mostNamed)
        #expect(other.notice(after: told, to: Self.tickets) == .nodeEscalated)
    }
}
