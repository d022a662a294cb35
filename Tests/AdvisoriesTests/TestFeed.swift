import Advisories
import Domain
import Foundation
import Testing
import Time

/// A feed in a file of its own, which is gone when the test is over.
final class TestFeed {
    let path = FileManager.default.temporaryDirectory.path + "/ringmaster-feed-\(UUID().uuidString)"

    convenience init(_ text: String) throws { try self.init(Data(text.utf8)) }

    init(_ bytes: Data) throws { try bytes.write(to: URL(filePath: path)) }

    /// A folder with these files.
    init(folder: [String: String]) throws {
        for (name, text) in folder {
            let file = URL(filePath: "\(path)/\(name)")
            let parent = file.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func read(as format: AdvisoryFeed.Format? = nil) throws -> (items: [FeedItem], summary: FeedSummary) {
        var items: [FeedItem] = []
        let summary = try AdvisoryFeed(path: path, format: format).read { items.append($0) }
        return (items, summary)
    }
}

/// What a feed of this text delivers.
func items(_ text: String, as format: AdvisoryFeed.Format? = nil) throws -> [FeedItem] {
    try TestFeed(text).read(as: format).items
}

/// The one advisory of a feed.
func advisory(_ text: String, as format: AdvisoryFeed.Format? = nil) throws -> Advisory {
    let items = try items(text, as: format)
    try #require(items.count == 1, "\(items)")
    return try #require(items[0].advisory, "\(items)")
}

/// Why a feed of this text is no use.
func refusal(_ text: String, as format: AdvisoryFeed.Format? = nil) throws -> FeedError {
    let feed = try TestFeed(text)
    do {
        let read = try feed.read(as: format)
        throw Accepted(what: "\(read.summary)")
    } catch let error as FeedError {
        return error
    }
}

struct Accepted: Error {
    var what: String
}

extension FeedItem {
    var advisory: Advisory? {
        if case .advisory(let advisory) = self { advisory } else { nil }
    }

    var malformed: Malformed? {
        if case .malformed(let malformed) = self { malformed } else { nil }
    }
}

func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

func cves(_ ids: String...) -> [CVE] { ids.compactMap { CVE($0) } }
