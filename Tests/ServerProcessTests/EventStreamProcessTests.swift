import AsyncHTTPClient
import ControlPlaneTestSupport
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import ReadModels
import Schema
import Subprocess
import TestSupport
import Testing

/// A message of a stream of server-sent events.
private struct ServerSentMessage: Equatable {
    var id: String
    var data: String
}

@Suite("A stream of events over HTTP", .timeLimit(.minutes(10)))
struct EventStreamProcessTests {
    /// What comes of activations until there are so many messages; then the connection is broken off.
    private func messages(
        _ count: Int,
        of server: RunningServer,
        _ query: String,
        after id: String? = nil,
        meanwhile: () async throws -> Void = {}
    ) async throws -> [ServerSentMessage] {
        var request = HTTPClientRequest(url: server.url + "/api/v1/events?\(query)")
        request.headers.add(name: "Authorization", value: "Bearer \(try server.token)")
        request.headers.add(name: "Accept", value: "text/event-stream")
        if let id { request.headers.add(name: "Last-Event-ID", value: id) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(300))
        #expect(response.status == .ok)
        #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
        try await meanwhile()
        var (messages, text) = ([ServerSentMessage](), "")
        for try await buffer in response.body {
            text += String(buffer: buffer)
            while let end = text.firstRange(of: "\n\n") {
                // A server that starts has things of its own to tell.
                if let message = Self.message(text[..<end.lowerBound]), message.data.contains("activation/") {
                    messages.append(message)
                }
                text.removeSubrange(..<end.upperBound)
            }
            if messages.count >= count { return Array(messages.prefix(count)) }
        }
        return messages
    }

    private static func message(_ text: Substring) -> ServerSentMessage? {
        let lines = text.split(separator: "\n")
        func field(_ name: String) -> String? {
            lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
        }
        guard let id = field("id"), let data = field("data") else { return nil }
        return ServerSentMessage(id: id, data: data)
    }

    private func createActivation(_ server: RunningServer) async throws {
        let body = CreateActivation(site: "Frankfurt", patchGroup: "Debian12", uses: 1, expiresInSeconds: 60, by: "ana")
        let headers = ["Authorization": "Bearer \(try server.token)"]
        #expect(try await server.post("/api/v1/activations", body, headers: headers).status == 201)
    }

    @Test(
        "Whoever breaks off and comes back with the last id has missed nothing and gets nothing twice; a drain ends it"
    )
    func resumes() async throws {
        try await TemporaryFolder.with { folder in
            let database = try await TestDatabase.create(migrations: Schema.migrations)
            let ending = try await Ringmaster.serving(data: folder, database) { server in
                // It begins with what comes after it was asked for.
                let first = try await messages(2, of: server, "") {
                    for _ in 1...3 { try await createActivation(server) }
                }
                let rest = try await messages(2, of: server, "", after: first.last?.id) {
                    try await createActivation(server)
                }
                let page = try await server.get(
                    "/api/v1/events?last=1000",
                    headers: ["Authorization": "Bearer \(try server.token)"]
                )
                let events = try JSONDecoder().decode(EventPage.self, from: Data(page.body.utf8)).events
                let streamed = try (first + rest).flatMap { message in
                    try JSONDecoder().decode([EventView].self, from: Data(message.data.utf8))
                }
                #expect(streamed.count == 4)
                #expect(Set(streamed.map(\.stream)).count == 4)
                #expect(Set(streamed.map(\.stream)) == Set(events.map(\.stream).filter { $0.hasPrefix("activation/") }))

                let last = try await messages(.max, of: server, "after=end") {
                    #expect(kill(server.process, SIGTERM) == 0)
                }
                #expect(last == [])
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
            try await database.drop()
        }
    }
}
