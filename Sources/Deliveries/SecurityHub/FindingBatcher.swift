import Domain

/// Gathers findings that are on their way at one time, so that they go in one request.
///
/// The first of a batch waits for others, sends them all, and tells each what became of its own.
actor FindingBatcher {
    /// The most that Security Hub takes at once.
    static let most = 100

    private final class Batch {
        var findings: [SecurityFinding] = []
        var waiting: [String: CheckedContinuation<Void, any Error>] = [:]
    }

    private let gather: Duration
    /// - Returns: by the finding's id, why it was not taken; others were.
    private let send: @Sendable ([SecurityFinding]) async throws -> [String: any Error]
    private var open: Batch?

    init(gather: Duration, send: @escaping @Sendable ([SecurityFinding]) async throws -> [String: any Error]) {
        self.gather = gather
        self.send = send
    }

    /// Returns when the finding was taken.
    func submit(_ finding: SecurityFinding) async throws {
        if let batch = open, batch.findings.count < Self.most, !batch.findings.contains(where: { $0.id == finding.id })
        {
            batch.findings.append(finding)
            return try await withCheckedThrowingContinuation { batch.waiting[finding.id] = $0 }
        }
        let batch = Batch()
        batch.findings = [finding]
        open = batch
        // Others may have joined: cancellation only ends the wait.
        try? await Task.sleep(for: gather)
        if open === batch { open = nil }
        let outcome = await outcome(of: batch.findings)
        for (id, continuation) in batch.waiting { continuation.resume(with: outcome.of(id)) }
        try outcome.of(finding.id).get()
    }

    private func outcome(of findings: [SecurityFinding]) async -> Result<[String: any Error], any Error> {
        do {
            return .success(try await send(findings))
        } catch is DeliveryRefusal where findings.count > 1 {
            // One that cannot be read must not take the others with it.
            var refused: [String: any Error] = [:]
            for finding in findings {
                do { refused.merge(try await send([finding])) { $1 } } catch { refused[finding.id] = error }
            }
            return .success(refused)
        } catch {
            return .failure(error)
        }
    }
}

extension Result<[String: any Error], any Error> {
    /// What became of one finding.
    fileprivate func of(_ id: String) -> Result<Void, any Error> {
        flatMap { refused in refused[id].map { .failure($0) } ?? .success(()) }
    }
}
