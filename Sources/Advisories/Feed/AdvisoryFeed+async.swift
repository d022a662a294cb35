import Domain
import Foundation

extension AdvisoryFeed {
    /// How much a batch holds before it is handed over: one for each entry, and one for each package and CVE in it.
    private static let batchWeight = 2_000
    private static let rawChunkBytes = 1 << 20

    /// Reads as ``read(_:)`` does, on a thread of its own, and hands over the entries in batches.
    ///
    /// Reading is at most one batch ahead.
    ///
    /// - Throws: what ``read(_:)`` throws; `CancellationError` when the task is cancelled.
    package func readBatches(_ take: ([FeedItem]) async throws -> Void) async throws -> FeedSummary {
        try await BlockingThread.run(
            { deliver in
                var (batch, weight) = ([FeedItem](), 0)
                let summary = try read { item in
                    batch.append(item)
                    weight += item.weight
                    guard weight >= Self.batchWeight else { return }
                    try deliver(batch)
                    (batch, weight) = ([], 0)
                }
                if !batch.isEmpty { try deliver(batch) }
                return summary
            },
            take
        )
    }

    /// Hands over the bytes of the file as they are, in chunks of 1 MiB, read on a thread of its own.
    ///
    /// - Throws: ``FeedError`` when the file cannot be read; `CancellationError` when the task is cancelled.
    package func rawChunks(_ take: ([UInt8]) async throws -> Void) async throws {
        try await BlockingThread.run(
            { deliver in
                guard let file = FileHandle(forReadingAtPath: path) else {
                    throw FeedError(feed: path, place: "", reason: "it cannot be opened for reading")
                }
                while let chunk = try file.read(upToCount: Self.rawChunkBytes), !chunk.isEmpty {
                    try deliver([UInt8](chunk))
                }
                try file.close()
            },
            take
        )
    }
}

extension FeedItem {
    fileprivate var weight: Int {
        guard case .advisory(let advisory) = self else { return 1 }
        return 1 + advisory.fixes.count + advisory.cves.count
    }
}
