/// Why a feed is no use: nothing that was delivered from it counts.
package struct FeedError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file or folder.
    package var feed: String
    /// Where in it such as `line 12` or `byte 3456`; empty when it is the whole.
    package var place: String
    package var reason: String

    package var description: String {
        "cannot import \(feed): \(place.isEmpty ? "" : "\(place): ")\(reason); nothing of it counts"
    }
}

/// What is wrong, where it was found; whoever knows the feed or the entry makes its report of it.
struct Flaw: Error {
    var place = ""
    var reason: String

    init(_ reason: String, at place: String = "") {
        self.reason = reason
        self.place = place
    }
}
