package import Domain
import ReadModels

extension TestControlPlane {
    /// As if a feed had brought them.
    package func imported(
        _ advisories: [Advisory],
        knownExploited: [KnownExploited] = [],
        probabilities: [ExploitProbability] = []
    ) async throws {
        let now = clock.now
        try await questions.advisoryStore.importing(at: now) { writer in
            let changes = try await writer.write(advisories)
            _ = try await writer.write(knownExploited)
            _ = try await writer.write(probabilities)
            let fact = FeedImport(
                number: writer.number,
                sha256: String(repeating: "0", count: 64),
                byteCount: 1,
                format: "updateinfo",
                entryCount: advisories.count,
                newCount: changes.new,
                changedCount: changes.changed,
                malformedCount: 0
            )
            try await writer.finish(
                AdvisoryImportView(feed: "f", fact: fact, malformed: [], importedBy: "ana", importedAt: now)
            )
        }
    }
}
