/// Why the schema cannot be brought, or told, up to date; nothing was changed by the migration it names.
package enum MigrationError: Error, Equatable, Sendable {
    case unreadable(path: String, reason: String)
    case badName(file: String)
    case misnumbered(file: String, expected: Int)
    /// The file is not what was applied.
    case changed(file: String, applied: String, found: String)
    /// A file was renamed, or files were reordered.
    case renamed(applied: String, found: String)
    /// The database has migrations that this binary does not know.
    case unknown(applied: [String], newestKnown: String?)
    /// The server refused it, and it was rolled back.
    case failed(file: String, PostgresError)
    /// The database could not be asked.
    case database(PostgresError)
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read migrations from \(path): \(reason)"
        case .badName(let file):
            "migration \(file) has no proper name; name it like 0007_add_freezes.sql (digits, lower case, _)"
        case .misnumbered(let file, let expected):
            "migration \(file) is out of order: number \(expected) is next, so a file is missing or a number is used twice"
        case .changed(let file, let applied, let found):
            """
            migration \(file) was changed after it was applied: the database has checksum \(applied), the file has \
            \(found); restore the file and put the change into a new migration
            """
        case .renamed(let applied, let found):
            "the database has applied \(applied), but here it is \(found); restore the name and the order of the files"
        case .unknown(let applied, let newestKnown):
            """
            the schema is newer than this binary: the database has \(applied.joined(separator: ", ")), this binary \
            knows \(newestKnown.map { "up to \($0)" } ?? "no migration"); install the newer release
            """
        case .failed(let file, let error):
            "migration \(file) failed and was rolled back: \(error)"
        case .database(let error): "cannot read the schema's version: \(error)"
        }
    }
}
