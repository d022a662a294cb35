import Foundation

/// A vendor's feed of advisories, of known exploited vulnerabilities or of exploit probabilities: a file, plain or gzip, or a folder.
///
/// A folder holds one record per file and is read whole with its subfolders; that is how Ubuntu's OSV records and CSAF come. A JSON
/// text sequence (RFC 7464) of such records is read as the folder is.
package struct AdvisoryFeed: Sendable {
    package var path: String
    /// nil to tell it by the content.
    package var format: Format?

    package init(path: String, format: Format? = nil) {
        self.path = path
        self.format = format
    }

    /// Reads the feed entry by entry with bounded memory; blocks its thread, so call it where blocking is allowed.
    ///
    /// An entry that is malformed is delivered as that, and reading goes on. What was delivered counts only when the call returns: do the work in a transaction, and commit after it.
    ///
    /// - Parameter deliver: is given the entries in the feed's order, and may throw to end the reading.
    /// - Throws: ``FeedError`` when the feed is truncated, is not what it should be, or has no entry that can be read; what `deliver` throws.
    package func read(_ deliver: (FeedItem) throws -> Void) throws -> FeedSummary {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FeedError(feed: path, place: "", reason: "there is no such file or folder")
        }
        do {
            return try isFolder.boolValue ? readFolder(deliver) : readFile(deliver)
        } catch let flaw as Flaw {
            throw FeedError(feed: path, place: flaw.place, reason: flaw.reason)
        }
    }

    // MARK: - Steps

    private func readFile(_ deliver: (FeedItem) throws -> Void) throws -> FeedSummary {
        let file = try FeedFile(path: path)
        let head = try file.head()
        if head.first == JSONTextSequence.separator { return try readSequence(file, deliver) }
        let format = try format ?? Format(head: head)
        var tally = Tally()
        try format.read(file) { item in
            tally.count(item)
            try deliver(item)
        }
        return try tally.summary(format)
    }

    private func readFolder(_ deliver: (FeedItem) throws -> Void) throws -> FeedSummary {
        var (format, tally) = (format, Tally())
        try FeedFolder(path: path).forEachFile { name in
            let items = Self.items(&format) { () throws(Flaw) in try FeedFile(path: "\(path)/\(name)") }
            try tally.deliver(items, of: name, deliver)
        }
        guard let format else { throw Flaw("it holds no .json file of a format that is known") }
        return try tally.summary(format)
    }

    private func readSequence(_ file: FeedFile, _ deliver: (FeedItem) throws -> Void) throws -> FeedSummary {
        var (format, tally, number, sequence) = (format, Tally(), 0, JSONTextSequence())
        try sequence.read(file) { record in
            number += 1
            guard number <= FeedLimits.files else { throw Flaw("it has more than \(FeedLimits.files) records") }
            let items = Self.items(&format) { () throws(Flaw) in
                guard let record else { throw Flaw("it is larger than \(FeedLimits.entryBytes) bytes") }
                return FeedFile(record: record)
            }
            try tally.deliver(items, of: "record \(number)", deliver)
        }
        guard let format else { throw Flaw("it holds no record of a format that is known") }
        return try tally.summary(format)
    }

    /// What is in one file of a folder; one that is no use is a malformed entry.
    private static func items(_ format: inout Format?, _ open: () throws(Flaw) -> FeedFile) -> [FeedItem] {
        var items: [FeedItem] = []
        do {
            let file = try open()
            let told = try format ?? Format(head: try file.head())
            guard told.isOneRecordPerFile else { throw Flaw("a folder of \(told.rawValue) is not supported") }
            format = told
            try told.read(file) { items.append($0) }
            return items
        } catch let flaw as Flaw {
            return [.malformed(Malformed(place: flaw.place, reason: flaw.reason))]
        } catch {
            return [.malformed(Malformed(place: "", reason: "\(error)"))]
        }
    }
}

extension FeedItem {
    fileprivate func placed(in file: String) -> Self {
        guard case .malformed(var malformed) = self else { return self }
        malformed.place = malformed.place.isEmpty ? file : "\(file): \(malformed.place)"
        return .malformed(malformed)
    }
}

/// Counts what is delivered.
private struct Tally {
    private var entries = 0
    private var malformed = 0
    private var first: Malformed?

    mutating func count(_ item: FeedItem) {
        guard case .malformed(let entry) = item else { return entries += 1 }
        malformed += 1
        first = first ?? entry
    }

    mutating func deliver(_ items: [FeedItem], of file: String, _ deliver: (FeedItem) throws -> Void) throws {
        for item in items {
            let item = item.placed(in: file)
            count(item)
            try deliver(item)
        }
    }

    /// A feed in which nothing can be read is not of the format, whatever its frame says.
    func summary(_ format: AdvisoryFeed.Format) throws -> FeedSummary {
        if entries == 0, let first {
            throw Flaw("none of its \(malformed) entries can be read, the first since \(first.reason)", at: first.place)
        }
        return FeedSummary(format: format, entryCount: entries, malformedCount: malformed)
    }
}
