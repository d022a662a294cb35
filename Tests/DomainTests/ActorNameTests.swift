import Domain
import Testing

@Suite("The names of people")
struct ActorNameTests {
    @Test(
        "Neither case nor the form of a character makes another person",
        arguments: [
            ("ana", "Ana"), ("ana", "ANA"), ("jos\u{e9}", "jose\u{301}"), ("JOS\u{c9}", "jose\u{301}"),
            ("Groß", "GROSS"),
            ("\u{17f}am", "sam"), ("\u{212a}im", "kim"), ("ΣΟΦΟΣ", "σοφος"),
        ]
    )
    func same(one: String, other: String) {
        #expect(ActorName.isSame(one, other))
        #expect(ActorName.isSame(other, one))
    }

    @Test("Others are others", arguments: [("ana", "anna"), ("jose", "jos\u{e9}"), ("ana", "ana2"), ("ana", "")])
    func others(one: String, other: String) { #expect(!ActorName.isSame(one, other)) }

    @Test(
        "Names that people can tell are taken, whatever their alphabet",
        arguments: ["ana", "Ana.B", "o'neil", "jos\u{e9}", "jose\u{301}", "Groß", "Иван", "山田", "ana@example.org"]
    )
    func fitting(name: String) { #expect(ActorName.isFitting(name)) }

    @Test(
        "Machines' and reserved names, what nobody sees, and variants of other characters are not",
        arguments: [
            "", "node/mi-1", "a b", "ana\u{a0}", "ana\u{200b}", "ana\u{ad}", "ana\u{0}", "server", "Nobody", "SERVER",
            "\u{ff41}na", "\u{1d41a}na", "ana\u{aa}", "ana\u{2160}", String(repeating: "a", count: 101),
        ]
    )
    func unfitting(name: String) { #expect(!ActorName.isFitting(name)) }
}
