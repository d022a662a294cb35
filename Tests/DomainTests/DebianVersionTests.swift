import Domain
import Foundation
import Testing

@Suite("Debian versions")
struct DebianVersionTests {
    @Test(
        "They are ordered as Debian policy says",
        arguments: [
            ("1.0~rc1", "1.0"), ("1.0", "1.0-1"), ("1.0-1", "1.0-1+b1"), ("1.0-1~deb12u1", "1.0-1"), ("1.9", "1.10"),
            ("9", "1:0"), ("1.0a", "1.0+"), ("1.0", "1.0a"), ("~~", "~~a"), ("~~a", "~"),
            ("2.36-9+deb12u9", "2.36-9+deb12u10"),
        ]
    )
    func order(lower: String, higher: String) {
        #expect(DebianVersion(lower) < DebianVersion(higher))
        #expect(!(DebianVersion(higher) < DebianVersion(lower)))
    }

    @Test(
        "Leading zeros and an epoch of zero make no difference",
        arguments: [("1.0", "1.00"), ("0:1", "1"), ("1-0", "1")]
    )
    func equal(left: String, right: String) {
        #expect(DebianVersion(left) == DebianVersion(right))
    }

    @Test(
        "Random versions are ordered as dpkg orders them",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg"), "dpkg is not installed"),
        arguments: [UInt64(1), 2]
    )
    func dpkg(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let pairs = (0..<100).map { _ in
            let left = version(&random)
            // Near ones are where it is difficult.
            let right = random.chance(50) ? version(&random) : left + (random.chance(50) ? "0" : "~")
            return (left, right)
        }
        let answers = try await dpkgOrder(of: pairs)
        for ((left, right), answer) in zip(pairs, answers) {
            let (a, b) = (DebianVersion(left), DebianVersion(right))
            let ours: Character = a < b ? "<" : b < a ? ">" : "="
            #expect(ours == answer, "seed \(seed): \(left) and \(right)")
        }
        #expect(answers.count == pairs.count)
        #expect(Set(answers).count == 3, "seed \(seed): the pairs are not various")
    }

    private func version(_ random: inout SplitMix64) -> String {
        func part(_ alphabet: String, _ lengths: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: lengths, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) }
            )
        }
        let epoch = random.chance(20) ? "\(Int.random(in: 0...2, using: &random)):" : ""
        let revision = random.chance(50) ? "-" + part("01~+ab.", 1...4) : ""
        return epoch + part("012", 1...2) + part("0129.~+abZ", 0...5) + revision
    }

    /// One process for all pairs; nothing waits on a thread of the cooperative pool.
    private func dpkgOrder(of pairs: [(String, String)]) async throws -> [Character] {
        let script = #"""
            while [ $# -gt 0 ]; do
                if dpkg --compare-versions "$1" lt "$2"; then printf '<'
                elif dpkg --compare-versions "$1" gt "$2"; then printf '>'
                else printf '='; fi
                shift 2
            done
            """#
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, "sh"] + pairs.flatMap { [$0.0, $0.1] }
        let output = Pipe()
        process.standardOutput = output
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                continuation.resume(throwing: error)
            }
        }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        return Array(String(decoding: data, as: UTF8.self))
    }
}
