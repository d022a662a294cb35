import PackageVersions
import Testing

@Suite("Debian versions")
struct DebianVersionTests {
    @Test(
        "They are ordered as Debian policy says",
        arguments: [
            ("1.0~rc1", "1.0"), ("1.0", "1.0-1"), ("1.0-1", "1.0-1+b1"), ("1.0-1~deb12u1", "1.0-1"), ("1.9", "1.10"),
            ("9", "1:0"), ("1.0a", "1.0+"), ("1.0", "1.0a"), ("~~", "~~a"), ("~~a", "~"),
            ("2.36-9+deb12u9", "2.36-9+deb12u10"), ("1.0-1~bpo1", "1.0-1"), ("3.0.9-1", "3.0.20-1~deb12u2"),
            ("1:2.38.1-5+b1", "1:2.38.1-5+deb12u3"), ("2026b-0+deb12u1", "2026f-0+deb12u1"), ("1.0~~", "1.0~"),
            ("1-a", "1-1-b"),
        ]
    )
    func order(lower: String, higher: String) {
        #expect(DebianVersion(lower) < DebianVersion(higher))
        #expect(!(DebianVersion(higher) < DebianVersion(lower)))
    }

    @Test(
        "Leading zeros and an epoch of zero make no difference",
        arguments: [("1.0", "1.00"), ("0:1", "1"), ("1-0", "1"), ("1.0-0", "1.0")]
    )
    func equal(left: String, right: String) {
        #expect(DebianVersion(left) == DebianVersion(right))
    }

    @Test(
        "Random and real versions are ordered as dpkg orders them, 40,000 pairs",
        .enabled(if: VersionTools.has("dpkg"), "dpkg is not installed"),
        arguments: [UInt64(1), 2]
    )
    func dpkg(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let real = try await Set(RealVersions.debian() + VersionTools.installed()).sorted()
        let made = (0..<100).flatMap { _ in
            let version = version(&random)
            // Near ones are where it is difficult.
            return [version, version + (random.chance(50) ? "0" : "~")]
        }
        let versions = Set(made + real.shuffled(using: &random).prefix(100)).sorted().map { ($0, DebianVersion($0)) }
            .sorted { $0.1 < $1.1 }
        // dpkg's order is total: where it agrees on every two neighbours it agrees on all pairs.
        let neighbours = zip(versions, versions.dropFirst()).map { left, right in
            (left: left.0, relation: left.1 == right.1 ? "eq" : "lt", right: right.0)
        }
        let agrees = try await VersionTools.dpkgAgrees(neighbours)
        let disputed = zip(neighbours, agrees).filter { !$0.1 }.map(\.0)
        #expect(agrees.count == neighbours.count)
        #expect(disputed.isEmpty, "seed \(seed): \(disputed)")
        #expect(Set(neighbours.map(\.relation)).count == 2, "seed \(seed): the versions are not various")

        // Ours is total too.
        let ranks = neighbours.reduce(into: [0]) { $0.append($0[$0.count - 1] + ($1.relation == "lt" ? 1 : 0)) }
        var wrong: [String] = []
        for (left, leftRank) in zip(versions, ranks) {
            for (right, rightRank) in zip(versions, ranks)
            where (left.1 < right.1) != (leftRank < rightRank) || (left.1 == right.1) != (leftRank == rightRank) {
                wrong.append("\(left.0) and \(right.0)")
            }
        }
        #expect(wrong.isEmpty, "seed \(seed): \(wrong.prefix(10))")
    }

    private func version(_ random: inout SplitMix64) -> String {
        let epoch = random.chance(20) ? "\(Int.random(in: 0...2, using: &random)):" : ""
        let revision = random.chance(50) ? "-" + random.text("01~+ab.", 1...4) : ""
        return epoch + random.text("012", 1...2) + random.text("0129.~+abZ", 0...5) + revision
    }
}
