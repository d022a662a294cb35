import Glibc
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ConnectTests {
    /// How opening a connection fails.
    private func failure(
        _ conninfo: String,
        timeout: Duration = .seconds(10),
        patience: Duration = .seconds(30)
    ) async throws -> PostgresError {
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.acquireTimeout = patience
        configuration.connectTimeout = timeout
        let client = try PostgresClient(configuration, logger: .quiet)
        let error = await #expect(throws: PostgresError.self) { try await client.query(.unprepared("SELECT 1")) }
        await client.close()
        return try #require(error)
    }

    @Test("A connection string that cannot be read is refused at once")
    func unreadable() {
        let error = #expect(throws: PostgresError.self) {
            try PostgresClient(PostgresConfiguration(conninfo: "host=localhost prot=5432"), logger: .quiet)
        }
        #expect(error?.code == .invalidConnectionString)
        #expect(
            error?.description == """
                cannot read the connection string: invalid connection option "prot"; write it as \
                host=… port=5432 user=… dbname=… or postgresql://user@host:5432/database
                """
        )
    }

    @Test("No server there: the place and what to check are told")
    func noServer() async throws {
        let socket = try await failure("host=/nonexistent dbname=x user=x")
        #expect(socket.code == .connectFailed)
        #expect("\(socket)".contains("/nonexistent/.s.PGSQL.5432"))
        #expect("\(socket)".contains("check that PostgreSQL runs there"))
        let port = try await failure("host=127.0.0.1 port=1 dbname=x user=x")
        #expect(port.code == .connectFailed)
        #expect(port.message.contains("port 1 failed: Connection refused"))
        #expect(port.isRetryable)
    }

    @Test("A database that does not exist is named")
    func noDatabase() async throws {
        let error = try await failure(try await TestCluster.shared.conninfo(database: "nowhere"))
        #expect(error.code == .unknownDatabase)
        #expect(error.sqlState == "3D000")
        #expect("\(error)".contains("database \"nowhere\" does not exist (3D000); create it with createdb"))
        #expect(!"\(error)".contains("LOCATION"))
    }

    @Test("A server that never answers is given up after the time-out")
    func silentServer() async throws {
        let server = try FakeServer { client in
            // Reads until the client gives up.
            var byte: UInt8 = 0
            while read(client, &byte, 1) > 0 {}
        }
        let error = try await failure("host='\(server.folder)' dbname=x user=x", timeout: .milliseconds(50))
        #expect(error.code == .connectFailed)
        #expect(error.message.contains("no answer from \(server.folder) port 5432 within 0.05 seconds"))
    }

    @Test(
        "What the server says while connecting is mapped",
        arguments: [
            ("28P01", "password authentication failed for user \"x\"", PostgresError.Code.invalidPassword),
            ("53300", "sorry, too many clients already", .tooManyConnections),
            ("57P03", "the database system is starting up", .serverUnavailable),
            ("42501", "permission denied for database \"x\"", .insufficientPrivilege),
            ("XX000", "out of order", .connectFailed),
        ]
    )
    func refusals(state: String, message: String, code: PostgresError.Code) async throws {
        let fields = [
            ("S", "FATAL"), ("V", "FATAL"), ("C", state), ("M", message), ("L", "12"), ("F", "f.c"), ("R", "r"),
        ]
        let body = Array((fields.map { $0 + $1 + "\0" }.joined() + "\0").utf8)
        let server = try FakeServer.answering([("E", body)])
        // A server that is full is asked again for as long as the caller is patient.
        let error = try await failure("host='\(server.folder)' dbname=x user=x", patience: .seconds(3))
        #expect(error.code == code)
        #expect(error.sqlState == state)
        #expect(error.message.hasSuffix("FATAL:  \(message)"))
    }

    @Test("A server that is too old is refused with both versions")
    func oldServer() async throws {
        let server = try FakeServer.answering([
            ("R", [0, 0, 0, 0]), ("S", Array("server_version\u{0}14.9\0".utf8)), ("Z", Array("I".utf8)),
        ])
        let error = try await failure("host='\(server.folder)' dbname=x user=x")
        #expect(error.code == .unsupportedServer)
        #expect("\(error)".hasPrefix("the server is PostgreSQL 14, but Ringmaster needs 15 or later"))
    }

    @Test("A server that had no connection to give is asked again")
    func fullServer() async throws {
        let full = [("S", "FATAL"), ("C", "53300"), ("M", "sorry, too many clients already")]
        let server = try FakeServer.answering(
            [("E", Array((full.map { $0 + $1 + "\0" }.joined() + "\0").utf8))],
            [("R", [0, 0, 0, 0]), ("S", Array("server_version\u{0}14.9\0".utf8)), ("Z", Array("I".utf8))]
        )
        // What the second connection says: the first one's refusal was not the end.
        #expect(try await failure("host='\(server.folder)' dbname=x user=x").code == .unsupportedServer)
    }

    @Test("Callers wait for one of ours when the server has no more connections to give")
    func tooManyConnections() async throws {
        let name = "few_\(UInt32.random(in: 0 ... .max))"
        try await withDatabase { client in
            _ = try await client.query(.unprepared("CREATE ROLE \(name) LOGIN CONNECTION LIMIT 1"))
            let own = try await client.query(.unprepared("SELECT current_database()")).one().get(0, as: String.self)
            let conninfo = try await TestCluster.shared.conninfo(database: own)
            var configuration = PostgresConfiguration(conninfo: "\(conninfo) user=\(name)")
            configuration.maxConnections = 4
            let limited = try PostgresClient(configuration, logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await limited.query(.unprepared("SELECT 1")) } }
                try await group.waitForAll()
            }
            await limited.close()
            _ = try await client.query(.unprepared("DROP ROLE \(name)"))
        }
    }
}
