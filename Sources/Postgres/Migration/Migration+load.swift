import FoundationEssentials

extension Migration {
    /// Reads the migrations of a folder, in order; files that do not end in `.sql` are passed over.
    ///
    /// - Throws: ``MigrationError`` naming the file that cannot be read or has no proper name, or the number that is
    ///   missing or used twice.
    package static func load(directory: String) throws(MigrationError) -> [Self] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw .unreadable(path: directory, reason: reason(error))
        }
        var migrations: [Self] = []
        for file in names.sorted() where file.hasSuffix(".sql") {
            migrations.append(try read(file, in: directory))
        }
        try checkNumbers(of: migrations)
        return migrations
    }

    /// Numbers must be 1, 2, 3 …: a gap is a file that was lost.
    static func checkNumbers(of migrations: [Self]) throws(MigrationError) {
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw .misnumbered(file: migration.fileName, expected: index + 1)
        }
    }

    private static func read(_ file: String, in directory: String) throws(MigrationError) -> Self {
        let stem = file.dropLast(4)
        let digits = stem.prefix(4)
        let name = stem.dropFirst(5)
        guard stem.utf8.count > 5, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
            stem.dropFirst(4).first == "_",
            name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") })
        else { throw .badName(file: file) }
        let path = "\(directory)/\(file)"
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw .unreadable(path: path, reason: reason(error))
        }
        guard let sql = String(validating: data, as: UTF8.self), !data.contains(0) else {
            throw .unreadable(path: path, reason: "it is not UTF-8 text")
        }
        return Self(number: number, name: String(name), sql: sql)
    }

    private static func reason(_ error: any Error) -> String {
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: "no such file or folder"
        case .fileReadNoPermission: "permission denied"
        default: "\(error)"
        }
    }
}
