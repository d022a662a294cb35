import AgentProtocol
import Testing

@Suite("Parts of paths")
struct PathPartTests {
    @Test(
        "hold any text and give it back",
        arguments: [
            ("c-1/early/site#0#1", "c-1%2Fearly%2Fsite%230%231"), ("..", "%2E%2E"), ("a.b", "a.b"),
            ("ü %", "%C3%BC%20%25"),
            ("", ""),
        ]
    )
    func encoded(text: String, part: String) {
        #expect(PathPart.encoded(text) == part)
        #expect(PathPart.decoded(part) == text)
    }

    @Test("that nobody encoded are no text", arguments: ["%", "%2", "%zz", "%ff"])
    func malformed(part: String) { #expect(PathPart.decoded(part) == nil) }

    @Test("An output's name is short and plain")
    func names() {
        for name in ["apt", "dnf-fetch", "hook-1.drain"] { #expect(OrderOutput.isName(name), "\(name)") }
        let long = String(repeating: "a", count: OrderOutput.maximumNameBytes + 1)
        for name in ["", ".apt", "Apt", "a/b", "a+b", "a b", long] { #expect(!OrderOutput.isName(name), "\(name)") }
    }
}
