import Client
import FoundationEssentials
import Glibc
import Testing

struct OperatorTokenTests {
    private func withFile(_ text: String, mode: Int, _ body: (String) throws -> Void) throws {
        let path = "/tmp/ringmaster-token-\(UInt64.random(in: .min ... .max))"
        let created = FileManager.default.createFile(
            atPath: path,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: mode]
        )
        try #require(created)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        defer { unlink(path) }
        try body(path)
    }

    @Test("A token file of mode 0600 is read, and the token does not show when printed")
    func reads() throws {
        try withFile("s3cret\n", mode: 0o600) { path in
            let token = try OperatorToken(file: path)
            #expect("\(token)" == "•••")
            #expect(String(reflecting: token) == "•••")
        }
    }

    @Test("A token file that group or others may read is refused", arguments: [0o640, 0o604, 0o660, 0o644])
    func exposed(mode: Int) throws {
        try withFile("s3cret", mode: mode) { path in
            let refusal = TokenFileError.exposed(path: path, mode: UInt16(mode))
            #expect(throws: refusal) { try OperatorToken(file: path) }
            #expect("\(refusal)".contains("has mode 0\(String(mode, radix: 8))"))
            #expect("\(refusal)".contains("chmod 600 \(path)"))
        }
    }

    @Test("A missing and an empty token file are told apart")
    func missing() throws {
        #expect(throws: TokenFileError.missing(path: "/nonexistent/token")) {
            try OperatorToken(file: "/nonexistent/token")
        }
        try withFile(" \n", mode: 0o600) { path in
            let refusal = TokenFileError.unreadable(path: path, reason: "there is no token in it")
            #expect(throws: refusal) { try OperatorToken(file: path) }
        }
    }
}
