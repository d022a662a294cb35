import ArgumentParser
import Commands
import Testing

@Suite("Which control plane a command speaks to")
struct ServerOptionsTests {
    @Test("An address that cannot be read gets no token", arguments: ["http://ops@192.0.2.1", "192.0.2.1:7440", ""])
    func unreadable(server: String) throws {
        let options = try ServerOptions.parse(["--server", server, "--token-file", "/nonexistent/token"])
        let error = #expect(throws: CommandFailure.self) { try options.client() }
        #expect("\(try #require(error))".contains("is not the address of a control plane"))
    }
}
