import Advisories
import AgentProtocol
import Domain
import ReadModels
import Time

/// Writes one feed within the transaction of its import.
struct FeedImporter {
    private let upload: FeedUpload
    private let format: AdvisoryFeed.Format?
    private let writer: AdvisoryWriter
    private var changes = AdvisoryWriter.Changes()
    private var malformed: [MalformedEntryView] = []

    init(upload: FeedUpload, format: AdvisoryFeed.Format?, writer: AdvisoryWriter) {
        self.upload = upload
        self.format = format
        self.writer = writer
    }

    /// - Throws: ``Problem`` 422 for a feed that is no use.
    mutating func run(at now: Timestamp) async throws -> AdvisoryImportView {
        let feed = AdvisoryFeed(path: upload.path, format: format)
        let summary = try await read(feed)
        switch summary.format {
        case .knownExploited: try await writer.removeFormerKnownExploited()
        case .exploitProbabilities: try await writer.removeFormerProbabilities()
        case .updateinfo, .ubuntuOSV, .debianTracker, .debianList, .msrcCVRF, .csaf: break
        }
        var chunk = 0
        try await feed.rawChunks { bytes in
            try await writer.keep(bytes, chunk: chunk, of: upload.sha256)
            chunk += 1
        }
        let view = record(of: summary, now)
        try await writer.finish(view)
        return view
    }

    // MARK: - Steps

    private mutating func read(_ feed: AdvisoryFeed) async throws -> FeedSummary {
        do {
            return try await feed.readBatches { try await write($0) }
        } catch var error as FeedError {
            error.feed = upload.feed
            throw Problem(status: 422, code: "malformed-feed", detail: error.description)
        }
    }

    private mutating func write(_ batch: [FeedItem]) async throws {
        var (advisories, exploited, probabilities) = ([Advisory](), [KnownExploited](), [ExploitProbability]())
        for item in batch {
            switch item {
            case .advisory(let advisory): advisories.append(advisory)
            case .knownExploited(let entry): exploited.append(entry)
            case .exploitProbability(let entry): probabilities.append(entry)
            case .malformed(let entry):
                guard malformed.count < MalformedEntryView.maximumCount else { continue }
                malformed.append(MalformedEntryView(place: entry.place, reason: entry.reason))
            }
        }
        changes += try await writer.write(advisories)
        changes += try await writer.write(exploited)
        changes += try await writer.write(probabilities)
    }

    private func record(of summary: FeedSummary, _ now: Timestamp) -> AdvisoryImportView {
        let fact = FeedImport(
            number: writer.number,
            sha256: upload.sha256,
            byteCount: upload.byteCount,
            format: summary.format.rawValue,
            url: upload.url,
            etag: upload.etag,
            entryCount: summary.entryCount,
            newCount: changes.new,
            changedCount: changes.changed,
            malformedCount: summary.malformedCount
        )
        return AdvisoryImportView(
            feed: upload.feed,
            fact: fact,
            malformed: malformed,
            importedBy: upload.by,
            importedAt: now
        )
    }
}
