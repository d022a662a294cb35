import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Subprocess
import TestSupport
import Testing

@Suite("ringmaster sla", .timeLimit(.minutes(10)))
struct SLACommandTests {
    private static func answer(breached: Int) -> Response {
        let counts = #"{"breached":\#(breached),"dueSoon":0,"missed":0,"waived":0,"within":4}"#
        let text = #"{"counts":\#(counts),"isCut":false,"items":[],"judged":2,"unjudged":0}"#
        return Response(status: .ok, body: .init(byteBuffer: .init(string: text)))
    }

    @Test("It asks for what it is told, and ends with 1 when something is breached", arguments: [0, 3])
    func exitCode(breached: Int) async throws {
        try await TemporaryFolder.with { folder in
            let token = folder + "/token"
            let made = FileManager.default.createFile(
                atPath: token,
                contents: Data("secret".utf8),
                attributes: [.posixPermissions: 0o600]
            )
            #expect(made)
            let router = Router()
            router.get("api/v1/sla") { request, _ -> Response in
                let query = request.uri.queryParameters
                guard query["state"] == "due-soon", query["limit"] == "7" else { return Response(status: .notFound) }
                return Self.answer(breached: breached)
            }
            try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
                .test(.live) { web in
                    let url = "http://127.0.0.1:\(try #require(web.port))"
                    let place = ["--server", url, "--token-file", token]
                    let ending = try await Ringmaster.run(["sla", "--state", "due-soon", "-n", "7"] + place)
                    #expect(ending.status == .exited(breached == 0 ? 0 : 1), "\(ending.errors)")
                    #expect(ending.output.hasPrefix("breached         \(breached)\n"), "\(ending.output)")
                }
        }
    }
}
