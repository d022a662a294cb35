import ControlPlane
import ControlPlaneTestSupport
import DurableStreams
import FoundationEssentials
import Postgres
import Schema
import TestSupport
import Testing
import Time

@Suite("The seal key's file", .timeLimit(.minutes(10)))
struct SealKeyFileTests {
    private static let message = Message(
        id: "1",
        stream: StreamID("toy/1"),
        kind: "any",
        body: "{}",
        actor: "ana",
        receivedAt: Timestamp(microseconds: 1_000_000)
    )

    /// A database with one message of before the seals, and a data folder.
    private func withDatabase(_ body: (SealedDatabase, PostgresClient, _ path: String) async throws -> Void)
        async throws
    {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        let client = try database.client()
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a leftover in the temporary place harms nobody
        try await PostgresStore.unchecked(client: client).send([Self.message])
        try await body(SealedDatabase(client: client), client, folder + "/seal.key")
        await client.close()
        try await database.drop()
    }

    private func isSealed(_ key: SealKey, _ client: PostgresClient) async throws -> [Bool] {
        let store = PostgresStore(client: client, sealKey: key)
        return try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 9).map(\.isSealed)
    }

    /// Made with what is there sealed.
    private func key(_ database: SealedDatabase, _ path: String) async throws -> SealKey {
        try await SealKeyFile(path: path).prepare(database, sealsExisting: true, logger: .quiet)
    }

    @Test(
        "The key is made, and what is there sealed, when a person says so; later servers have the same and seal nothing"
    )
    func madeOnce() async throws {
        try await withDatabase { database, client, path in
            let file = SealKeyFile(path: path)
            await #expect(throws: KeyFileError.unsealed(file: path)) {
                try await file.prepare(database, logger: .quiet)
            }
            #expect(try SecretFile.load(path) == nil && SecretFile.load(path + ".new") == nil)
            #expect(try await database.fingerprint() == nil)
            let key = try await key(database, path)
            #expect(try SecretFile.load(path) != nil, "of a mode that it accepts")
            #expect(try await isSealed(key, client) == [true])
            try await client.insertUnsealed(Self.message.with(id: "2"))
            let again = try await file.prepare(database, logger: .quiet)
            #expect(again.fingerprint == key.fingerprint)
            #expect(try await isSealed(key, client).filter { !$0 }.count == 1)
            await #expect(throws: KeyFileError.sealedBefore) { try await self.key(database, path) }
        }
    }

    @Test("An empty database needs nobody's word")
    func empty() async throws {
        try await withDatabase { database, client, path in
            _ = try await client.query(.unprepared("DELETE FROM inbox"))
            let key = try await SealKeyFile(path: path).prepare(database, logger: .quiet)
            #expect(try await database.fingerprint() == key.fingerprint)
        }
    }

    @Test("A backup of before the seals is refused beside the key, and sealed with it when a person says so")
    func restored() async throws {
        try await withDatabase { database, client, path in
            let before = SealKey()
            _ = try SecretFile.loadOrCreate(path) { Data(before.bytes).base64EncodedString() }
            await #expect(throws: KeyFileError.unsealed(file: path)) {
                try await SealKeyFile(path: path).prepare(database, logger: .quiet)
            }
            // A server of before has noted it: that is no dead end either.
            try await database.record(before)
            await #expect(throws: KeyFileError.unsealed(file: path)) {
                try await SealKeyFile(path: path).prepare(database, logger: .quiet)
            }
            let key = try await key(database, path)
            #expect(key.fingerprint == before.fingerprint)
            #expect(try await isSealed(key, client) == [true])
            #expect(try SecretFile.load(path + ".new") == nil)
        }
    }

    @Test("Whoever removes what the database says of its key has nothing sealed anew")
    func forgotten() async throws {
        try await withDatabase { database, client, path in
            let key = try await key(database, path)
            try await client.insertUnsealed(Self.message.with(id: "2"))
            _ = try await client.query(.unprepared("DELETE FROM seal_key"))
            _ = try await SealKeyFile(path: path).prepare(database, logger: .quiet)
            #expect(try await isSealed(key, client).filter { !$0 }.count == 1)
            #expect(try await database.fingerprint() == key.fingerprint)
            _ = try await client.query(.unprepared("DELETE FROM seal_key"))
            _ = try await client.query(.unprepared("UPDATE inbox SET seal = NULL"))
            await #expect(throws: KeyFileError.unsealed(file: path)) {
                try await SealKeyFile(path: path).prepare(database, logger: .quiet)
            }
        }
    }

    @Test("A key that is lost, or another database's, is refused and not made anew")
    func lost() async throws {
        try await withDatabase { database, client, path in
            let key = try await key(database, path)
            let other = path + ".other"
            await #expect(throws: KeyFileError.missingSeals(file: other)) {
                try await SealKeyFile(path: other).prepare(database, logger: .quiet)
            }
            #expect(try SecretFile.load(other) == nil && SecretFile.load(other + ".new") == nil)
            _ = try SecretFile.loadOrCreate(other) { Data(SealKey().bytes).base64EncodedString() }
            await #expect(throws: KeyFileError.foreignSeals(file: other)) {
                try await SealKeyFile(path: other).prepare(database, logger: .quiet)
            }
            // Also where the database no longer says so itself.
            let store = PostgresStore(client: client, sealKey: key)
            var commit = Commit(
                shard: Self.message.stream.shard,
                position: 1,
                stream: Self.message.stream,
                version: 1,
                events: "[{\"type\":\"t\",\"data\":{}}]",
                actor: "ana",
                cause: "1",
                at: Self.message.receivedAt,
                chain: []
            )
            commit.chain = Chain.value(of: commit, after: Chain.genesis)
            var part = FlushPart(shard: commit.shard, predecessor: .genesis(commit.shard), at: commit.at)
            part.commits = [commit]
            try await store.append(Flush(parts: [part]))
            _ = try await client.query(.unprepared("DELETE FROM seal_key"))
            let third = path + ".third"
            await #expect(throws: KeyFileError.missingSeals(file: third)) {
                try await SealKeyFile(path: third).prepare(database, logger: .quiet)
            }
        }
    }

    @Test("A server that ended while it sealed is followed by one that goes on with its key")
    func crash() async throws {
        try await withDatabase { database, client, path in
            let draft = SealKey()
            _ = try SecretFile.loadOrCreate(path + ".new") { Data(draft.bytes).base64EncodedString() }
            try await database.record(draft)
            let key = try await SealKeyFile(path: path).prepare(database, logger: .quiet)
            #expect(key.fingerprint == draft.fingerprint)
            #expect(try await isSealed(key, client) == [true])
            #expect(try SecretFile.load(path + ".new") == nil)
        }
    }

    @Test("Two servers that start at once have one key")
    func race() async throws {
        try await withDatabase { database, client, path in
            _ = try await client.query(.unprepared("DELETE FROM inbox"))
            let prints = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 1...3 {
                    group.addTask { try await SealKeyFile(path: path).prepare(database, logger: .quiet).fingerprint }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(prints.count == 1)
        }
    }

    @Test("What is no key is refused with the file's name", arguments: ["AAAA", "not base64!"])
    func malformed(text: String) async throws {
        try await withDatabase { database, _, path in
            _ = try SecretFile.loadOrCreate(path) { text }
            await #expect(throws: KeyFileError.malformed(file: path)) {
                try await SealKeyFile(path: path).prepare(database, logger: .quiet)
            }
        }
    }
}

extension Message {
    fileprivate func with(id: String) -> Self {
        var message = self
        message.id = id
        return message
    }
}

extension PostgresClient {
    fileprivate func insertUnsealed(_ message: Message) async throws {
        try await PostgresStore.unchecked(client: self).send([message])
    }
}
