import AgentProtocol
import Testing

@Suite("The address of a control plane")
struct ServerAddressTests {
    @Test(
        "is open to whoever is on the way, but for HTTPS and this machine",
        arguments: [
            ("http://ringmaster.example.com:7440/", true), ("HTTP://10.0.0.7", true), ("https://10.0.0.7", false),
            ("http://localhost:7440", false), ("http://127.0.0.1", false), ("http://[::1]:7440", false),
            ("http://127.example.com", true), ("http://127.0.0.1.example.com", true), ("http://[::2]", true),
            ("http://localhost.example.com", true), ("http://LOCALHOST", false),
        ]
    )
    func exposed(url: String, isExposed: Bool) throws {
        #expect(try #require(ServerAddress(url)).isExposed == isExposed)
    }

    @Test(
        "is taken apart",
        arguments: [
            ("https://a.example", true, "a.example", 443), ("http://a.example/x:1", false, "a.example", 80),
            ("https://[fe80::1]:7440/", true, "fe80::1", 7_440), ("https://10.0.0.7:1?x", true, "10.0.0.7", 1),
        ]
    )
    func parts(url: String, isSecure: Bool, host: String, port: Int) throws {
        let address = try #require(ServerAddress(url))
        #expect(address.isSecure == isSecure)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(
        "is none",
        arguments: [
            "", "a.example", "ftp://a.example", "https://", "https://:7440", "https://a:0", "https://a:x",
            "https://a:70000", "http://localhost:7440@a.example",
        ]
    )
    func none(url: String) { #expect(ServerAddress(url) == nil) }
}
