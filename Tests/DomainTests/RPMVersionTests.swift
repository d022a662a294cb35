import Domain
import PackageVersions
import Testing

@Suite("rpm versions")
struct RPMVersionTests {
    @Test(
        "They are ordered as rpm orders them",
        arguments: [
            ("1.0~rc1-1", "1.0-1"), ("1.0-1", "1.0^git1-1"), ("1.0^git1-1", "1.0.1-1"),
            ("1.0^20260101~rc1", "1.0^20260101"),
            ("1.9-1", "1.10-1"), ("9-1", "1:0-1"), ("1.0a-1", "1.0.1-1"), ("1.0-1", "1.0-2"), ("1.0", "1.0-1"),
            ("a", "1"),
            ("3.0.8-1.amzn2023.0.3", "3.0.8-1.amzn2023.0.10"), ("6.1.12-17.42.amzn2023", "6.1.21-1.45.amzn2023"),
            ("1.5.3-141.amzn2.5.3", "10:1.5.3-141.amzn2.5.3"), ("1.0-1.el9", "1.0-1.el9_4.5"),
        ]
    )
    func order(lower: String, higher: String) {
        #expect(RPMVersion(lower) < RPMVersion(higher))
        #expect(!(RPMVersion(higher) < RPMVersion(lower)))
        #expect(RPMVersion(lower) != RPMVersion(higher))
    }

    @Test(
        "Leading zeros, the kind of separator and an epoch of zero make no difference",
        arguments: [
            ("1.0-1", "1_0-1"), ("1.01-1", "1.1-1"), ("0:1-1", "1-1"), (":1-1", "1-1"), ("1..0", "1.0"),
            ("1.0", "1.0."),
        ]
    )
    func equal(left: String, right: String) {
        #expect(RPMVersion(left) == RPMVersion(right))
    }

    @Test(
        "Random and real versions are ordered as rpm orders them, 20,000 pairs in one process",
        .enabled(if: VersionTools.has("rpm"), "rpm is not installed"),
        arguments: [UInt64(1), 2]
    )
    func rpm(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let real = try RealVersions.rpm()
        var pairs = (0..<10_000).map { _ in
            let left = random.chance(20) ? real.randomElement(using: &random) ?? "1" : version(&random)
            return (left, random.chance(30) ? version(&random) : neighbour(of: left, &random))
        }
        pairs += (0..<10_000).map { _ in
            (real.randomElement(using: &random) ?? "1", real.randomElement(using: &random) ?? "1")
        }
        let answers = try await VersionTools.rpmOrder(of: pairs)
        try #require(answers.count == pairs.count)
        let wrong = zip(pairs, answers).filter { pair, answer in
            let (left, right) = (RPMVersion(pair.0), RPMVersion(pair.1))
            let ours = left < right ? -1 : right < left ? 1 : 0
            return ours != answer || (left == right) != (answer == 0)
        }
        #expect(wrong.isEmpty, "seed \(seed): \(wrong.prefix(10))")
        #expect(Set(answers).count == 3, "seed \(seed): the pairs are not various")
    }

    private func version(_ random: inout SplitMix64) -> String {
        let epoch = random.chance(20) ? "\(Int.random(in: 0...2, using: &random)):" : ""
        let release = random.chance(60) ? "-" + random.text("0129.~^abZ_", 1...5) : ""
        return epoch + random.text("0129a", 1...2) + random.text("0129.~^+_abZ", 0...6) + release
    }

    /// Near ones are where it is difficult.
    private func neighbour(of version: String, _ random: inout SplitMix64) -> String {
        var characters = Array(version)
        let index = Int.random(in: 0..<characters.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: characters.insert(contentsOf: random.text("019.~^a_", 1...1), at: index)
        case 1 where characters.count > 1: characters.remove(at: index)
        default: characters.append(contentsOf: random.text("019.~^a_", 1...2))
        }
        return String(characters)
    }
}

@Suite("Windows builds")
struct WindowsBuildTests {
    @Test(
        "They are ordered number by number",
        arguments: [
            ("10.0.20348.999", "10.0.20348.2340"), ("10.0.17763.9999", "10.0.20348.1"), ("7.0.9", "7.0.17"),
            ("17.9", "17.9.3"), ("1", "18446744073709551615"),
        ]
    )
    func order(lower: String, higher: String) throws {
        let (lower, higher) = (try #require(WindowsBuild(lower)), try #require(WindowsBuild(higher)))
        #expect(lower < higher)
        #expect(!(higher < lower))
        #expect(lower != higher)
    }

    @Test(
        "Zeros at the end and in front make no difference",
        arguments: [("17.9", "17.9.0.0"), ("0", "0.0"), ("007", "7")]
    )
    func equal(left: String, right: String) throws {
        let (left, right) = (try #require(WindowsBuild(left)), try #require(WindowsBuild(right)))
        #expect(left == right)
        #expect(!(left < right) && !(right < left))
    }

    @Test(
        "Other texts are no builds",
        arguments: [
            "", ".", "1.", ".1", "1..2", "1.x", "+1", "1 .2", "1.2.3.4.5.6.7.8.9", "18446744073709551616", "9.8p1-3",
        ]
    )
    func refused(text: String) { #expect(WindowsBuild(text) == nil) }

    @Test("The order is that of the numbers as lists", arguments: [UInt64(1), 2])
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<2_000 {
            let lists = (0..<2).map { _ in (0..<4).map { _ in UInt64.random(in: 0...3, using: &random) } }
            let builds = try lists.map { try #require(WindowsBuild($0.map(String.init).joined(separator: "."))) }
            #expect((builds[0] < builds[1]) == lists[0].lexicographicallyPrecedes(lists[1]), "seed \(seed): \(builds)")
            #expect((builds[0] == builds[1]) == (lists[0] == lists[1]), "seed \(seed): \(builds)")
        }
    }
}
