import HostAgent
import Testing

@Suite("Debian versions")
struct DebianVersionTests {
    @Test(
        "stand in the order of deb-version(7)",
        arguments: [
            ("1.0", "1.1"), ("1.9", "1.10"), ("1.0~rc1", "1.0"), ("1.0", "1.0a"), ("1.0a", "1.0+"), ("9", "1:1"),
            ("1.0-1", "1.0-1+deb12u1"), ("1.0-1~bpo1", "1.0-1"), ("1.0", "1.0-1"), ("3.0.9-1", "3.0.20-1~deb12u2"),
            ("1:2.38.1-5+b1", "1:2.38.1-5+deb12u3"), ("2026b-0+deb12u1", "2026f-0+deb12u1"), ("1.0~~", "1.0~"),
            ("7.88.1-10+deb12u9", "7.88.1-10+deb12u15"), ("1-a", "1-1-b"),
        ]
    )
    func order(lower: String, higher: String) {
        #expect(DebianVersion(lower) < DebianVersion(higher))
        #expect(!(DebianVersion(higher) < DebianVersion(lower)))
    }

    @Test("are equal in different spellings", arguments: [("1.0", "1.00"), ("0:1.0", "1.0"), ("1.0-0", "1.0")])
    func equal(left: String, right: String) { #expect(DebianVersion(left) == DebianVersion(right)) }
}
