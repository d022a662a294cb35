import Advisories
import Client
import Foundation
package import ReadModels

/// Where a feed is imported from: a file, a folder, or an address.
package struct FeedSource: Sendable {
    /// What is sent of it.
    package struct File: Sendable {
        package var path: String
        package var etag: String?
        /// The records' paths within the folder, in order; empty for what is no folder.
        package var records: [String]

        package init(path: String, etag: String? = nil, records: [String] = []) {
            self.path = path
            self.etag = etag
            self.records = records
        }

        /// The entry with the file's path instead of the record's number.
        package func named(_ entry: MalformedEntryView) -> MalformedEntryView {
            let prefix = "record "
            guard !records.isEmpty, entry.place.hasPrefix(prefix) else { return entry }
            let digits = entry.place.dropFirst(prefix.count).prefix { $0.isNumber }
            guard let number = Int(digits), records.indices.contains(number - 1) else { return entry }
            let rest = entry.place.dropFirst(prefix.count + digits.count)
            return MalformedEntryView(place: records[number - 1] + rest, reason: entry.reason)
        }
    }

    package let text: String
    /// What the feed is called.
    package let feed: String
    let web: WebFile?

    /// - Parameter feed: nil to call it by the last part of the source's path.
    package init(_ text: String, feed: String?) {
        self.text = text
        web = WebFile(url: text)
        let path = text.prefix { $0 != "?" && $0 != "#" }
        let last = path.split(separator: "/").last ?? "feed"
        let extensions: Set<Substring> = ["gz", "xml", "json", "csv", "txt"]
        var parts = last.split(separator: ".")
        while parts.count > 1, let end = parts.last, extensions.contains(end) { parts.removeLast() }
        self.feed = feed ?? parts.joined(separator: ".")
    }

    /// Runs the body with the file that is to be sent; what was made for it is removed.
    ///
    /// - Parameter etag: of the version that is known.
    /// - Returns: what the body returns, which is given nil when the known version is still that of the address.
    func withFile<Value>(unless etag: String?, _ body: (File?) async throws -> Value) async throws -> Value {
        var isFolder = ObjCBool(false)
        let isThere = FileManager.default.fileExists(atPath: text, isDirectory: &isFolder)
        if web == nil, !(isThere && isFolder.boolValue) { return try await body(File(path: text)) }
        let path = FileManager.default.temporaryDirectory.path + "/ringmaster-feed-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }  // what is left is the machine's to clean
        guard let web else {
            let records = try await AdvisoryFeed(path: text).writeSequence(to: path)
            return try await body(File(path: path, records: records))
        }
        switch try await web.fetch(unless: etag, to: path, atMost: FeedLimits.feedBytes) {
        case .unchanged: return try await body(nil)
        case .fetched(let etag): return try await body(File(path: path, etag: etag))
        }
    }
}
