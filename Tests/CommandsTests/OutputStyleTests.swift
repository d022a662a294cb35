import Commands
import Testing

struct OutputStyleTests {
    @Test(
        "The locale says whether there is more than ASCII, and the more general variable yields",
        arguments: [
            (["LANG": "en_US.UTF-8"], true), (["LANG": "C.utf8"], true), (["LANG": "C"], false), ([:], false),
            (["LANG": "en_US.UTF-8", "LC_ALL": "C"], false), (["LC_CTYPE": "C.UTF-8", "LC_ALL": ""], true),
        ] as [([String: String], Bool)]
    )
    func unicode(environment: [String: String], expected: Bool) {
        #expect(OutputStyle.usesUnicode(in: environment) == expected)
    }

    @Test("What is not a terminal gets no colours and no limit")
    func pipe() {
        let style = OutputStyle.detected(environment: ["LANG": "C.UTF-8"], descriptor: -1)
        #expect(style == OutputStyle(usesColour: false, usesUnicode: true, drawsInPlace: false))
    }
}
