import Foundation

extension AdvisoryFeed {
    /// Writes the records of the folder one after the other into a file, which is read as the folder is: a JSON text sequence.
    ///
    /// What is compressed is written uncompressed. A record that cannot be read to its end is written as far as it goes, so that whoever reads the sequence reports it. The work is done on a thread of its own.
    ///
    /// - Returns: the records' paths within the folder, in order.
    /// - Throws: ``FeedError`` when the folder cannot be listed or holds too much; the system's error when the file cannot be written.
    package func writeSequence(to file: String) async throws -> [String] {
        try await BlockingThread.run({ (_: (Never) throws -> Void) in try writeRecords(to: file) }, { (_: Never) in })
    }

    // MARK: - Steps

    private func writeRecords(to file: String) throws -> [String] {
        guard FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]),
            let output = FileHandle(forWritingAtPath: file)
        else { throw FeedError(feed: path, place: "", reason: "the temporary file \(file) cannot be written") }
        var names: [String] = []
        do {
            try FeedFolder(path: path).forEachFile { name in
                names.append(name)
                try output.write(contentsOf: [JSONTextSequence.separator])
                try Self.copy("\(path)/\(name)", to: output)
                try output.write(contentsOf: [JSONTextSequence.lineFeed])
            }
        } catch let flaw as Flaw {
            throw FeedError(feed: path, place: flaw.place, reason: flaw.reason)
        }
        guard !names.isEmpty else { throw FeedError(feed: path, place: "", reason: "it holds no .json file") }
        try output.close()
        return names
    }

    private static func copy(_ path: String, to output: FileHandle) throws {
        do {
            let file = try FeedFile(path: path)
            while case let chunk = try file.next(), !chunk.isEmpty { try output.write(contentsOf: chunk) }
        } catch is Flaw {
            // What is missing makes the record malformed.
        }
    }
}
