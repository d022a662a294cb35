import HostAgent
import Testing

@Suite("What a tool printed, without its secrets")
struct SecretMaskTests {
    @Test(
        "hides what opens doors",
        arguments: [
            ("Err:1 https://user:s3cr3t@mirror.example/debian x", "Err:1 https://***@mirror.example/debian x"),
            ("proxy=http://p@ss@proxy:3128/", "proxy=http://***@proxy:3128/"),
            ("Authorization: Basic dXNlcjpwYXNz and more", "Authorization:***"),
            ("proxy-authorization=x", "proxy-authorization=***"),
            ("curl -H 'X: Bearer abc.def' y", "curl -H 'X: Bearer ***' y"),
            ("PASSWORD=hunter2 next", "PASSWORD=*** next"),
            ("db_password: 'hunter2', user: bob", "db_password: '***', user: bob"),
            ("{\"client_secret\":\"abc\",\"a\":1}", "{\"client_secret\":\"***\",\"a\":1}"),
            ("https://h/x?token=abc&b=1", "https://h/x?token=***&b=1"),
            ("AWS_SECRET_ACCESS_KEY=abc", "AWS_SECRET_ACCESS_KEY=***"),
            ("machine mirror.example login bob password hunter2", "machine mirror.example login bob password ***"),
        ]
    )
    func hidden(text: String, masked: String) { #expect(SecretMask.masked(text) == masked) }

    @Test(
        "leaves everything else as it is",
        arguments: [
            "Get:1 http://mirror.example/debian bookworm InRelease [151 kB]", "Enter new password for root",
            "passwd is already the newest version", "mail to admin@example.com", "E: a\n\nb\n", "",
            "ssh://@host/x", "libsecret-1-0 (0.20.5-3) wird eingerichtet ü",
        ]
    )
    func plain(text: String) { #expect(SecretMask.masked(text) == text) }

    @Test("gives the end in one line of printable text that fits")
    func tail() {
        #expect(OutputText.tail(of: "one\r\ntwo\u{1b}[31m\n\n") == "one | two?[31m")
        let long = String(repeating: "ü", count: 3_000)
        let tail = OutputText.tail(of: "x\n" + long)
        #expect(tail.utf8.count == 1_000 && tail.allSatisfy { $0 == "ü" })
        #expect(OutputText.tail(of: "x" + long, atMost: 1_001).utf8.count == 1_000)
        #expect(OutputText.tail(of: long + " password=" + String(repeating: "s", count: 900)).hasSuffix("password=***"))
    }
}
