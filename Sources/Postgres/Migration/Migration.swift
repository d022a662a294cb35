import Crypto

/// One step forward of the schema: a file of db/migrations such as `0001_event_store.sql`, never changed once released.
package struct Migration: Equatable, Sendable {
    /// From 1, consecutive.
    package let number: Int
    package let name: String
    /// Statements divided by semicolons, without BEGIN and COMMIT.
    package let sql: String
    /// SHA-256 of the text, in hexadecimal.
    package let checksum: String

    package init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
        checksum = SHA256.hash(data: Array(sql.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    package var fileName: String { Self.fileName(number: number, name: name) }

    static func fileName(number: Int, name: String) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "_\(name).sql"
    }
}
