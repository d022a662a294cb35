import Commands
import ControlPlane
import Testing

@Suite("The program that signs orders", .timeLimit(.minutes(10)))
struct SignerProgramTests {
    /// Far above what a program takes on a busy machine.
    private let patience = Duration.seconds(300)
    private let bytes = Array("ringmaster-order-v1".utf8)

    @Test("gets a line of base64 and answers one")
    func line() async throws {
        // Its answer is what it got, read as a line: not the end of its input alone.
        let program = try #require(
            SignerProgram(["sh", "-c", #"read -r line && printf '%s\nmore\n' "$line""#], limit: patience)
        )
        #expect(try await program.signature(of: bytes) == bytes)
    }

    @Test("says why there is no signature")
    func failures() async throws {
        for (command, words) in [
            (["sh", "-c", "cat >/dev/null; echo the slot is locked >&2; exit 3"], "the slot is locked"),
            (["sh", "-c", "cat >/dev/null; echo '!'"], "something else than a line of base64"),
        ] {
            let program = try #require(SignerProgram(command, limit: patience))
            let error = await #expect(throws: OrderNotSigned.self) { try await program.signature(of: bytes) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
        #expect(SignerProgram([]).map { _ in true } == nil, "no command is no program")
    }

    @Test("that is not there fails as such")
    func missing() async throws {
        let program = try #require(SignerProgram(["/nowhere/signer"]))
        await #expect(throws: (any Error).self) { try await program.signature(of: bytes) }
    }
}
