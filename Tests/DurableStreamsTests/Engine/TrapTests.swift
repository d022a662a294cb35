import DurableStreams
import Logging
import Postgres
import TestSupport
import Testing

/// A decision that ends its process.
@Suite(.timeLimit(.minutes(10)))
struct TrapTests {
    /// An engine in a process of its own, which ends by the message.
    private static func runToItsEnd(_ conninfo: String) async throws {
        let client = try PostgresClient(PostgresConfiguration(conninfo: conninfo), logger: .quiet)
        await TestEngine("victim", store: PostgresStore(client: client, sealKey: .test)).engine.run()
    }

    @Test("A message that kills the engine again and again is set aside, and its stream goes on")
    func killer() async throws {
        let database = try await migratedDatabase()
        let (conninfo, savings) = (database.conninfo, account("savings"))
        let client = try database.client()
        let store = PostgresStore(client: client, sealKey: .test)
        let killer = try message("killer", to: savings, .trap, at: 2_000_000)
        try await store.send([
            message("before", to: savings, .deposit(1), at: 1_000_000), killer,
            message("after", to: savings, .deposit(1), at: 3_000_000),
        ])
        for _ in 1...4 {
            await #expect(processExitsWith: .failure) { [conninfo = conninfo as String] in
                try await Self.runToItsEnd(conninfo)
            }
        }
        let engine = TestEngine("victim", store: store)
        try await engine.running {
            try await eventually { try await store.answers(to: [MessageKey(stream: savings, id: "after")]).count == 1 }
            // It decides in the ordinary way again.
            #expect(try await engine.ask("new", savings, .deposit(1)).isAccepted)
        }
        let answer = try #require(try await store.answers(to: [killer.key])[killer.key])
        #expect(answer == .setAside(error: "the engine's process ended while it decided this; report it as a defect"))
        #expect(try await StreamReader(store: store).fold(Account(), savings)?.state.balance == 3)
        #expect(try await LogVerifier(store: store).verify().finding == nil)
        #expect(try await store.begin(engine: "victim") == EngineStart(deaths: 0, suspect: nil))
        await client.close()
        try await database.drop()
    }
}
