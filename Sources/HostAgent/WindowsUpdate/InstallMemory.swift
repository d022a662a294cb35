import AgentProtocol
import Time

/// What went wrong with updates on this host: what fails again and again is not tried for ever.
struct InstallMemory: Codable, Equatable, Sendable {
    /// How long after its first and its second failure an update is left alone; after the third for good.
    static let pauses: [Duration] = [.seconds(3_600), .seconds(86_400)]
    /// What is remembered of each kind; the oldest goes first.
    private static let most = 500

    /// An update that failed in one way.
    struct Failure: Codable, Equatable, Sendable {
        var update: UpdateIdentity
        /// An HRESULT, or ``rolledBack``.
        var code: String
        var count: Int
        var last: Timestamp
        /// Of one that was rolled back: the build that the host came back with.
        var build: String?
    }

    /// A cumulative update that takes effect with the next boot.
    struct Pending: Codable, Equatable, Sendable {
        var update: UpdateIdentity
        var build: String
        var boot: String
    }

    /// The reboot brought the old build back, whatever Windows says of the update.
    static let rolledBack = "rolled back at the reboot"

    private(set) var failures: [Failure] = []
    private(set) var pending: [Pending] = []

    mutating func note(_ update: UpdateIdentity, failed code: String, at now: Timestamp, build: String? = nil) {
        if let index = failures.firstIndex(where: { $0.update == update && $0.code == code }) {
            failures[index].count += 1
            failures[index].last = now
            failures[index].build = build
        } else {
            failures.append(Failure(update: update, code: code, count: 1, last: now, build: build))
        }
        failures = Array(failures.suffix(Self.most))
    }

    /// It worked: what it did before counts no more.
    mutating func forget(_ update: UpdateIdentity) {
        failures.removeAll { $0.update == update }
        pending.removeAll { $0.update == update }
    }

    mutating func expect(_ update: UpdateIdentity, from facts: BootFacts) {
        pending.removeAll { $0.update == update }
        pending.append(Pending(update: update, build: facts.kernel, boot: facts.bootID))
        pending = Array(pending.suffix(Self.most))
    }

    /// Judges what was to take effect with a boot, when the host is in another one.
    ///
    /// - Parameter codes: the last result of each update that Windows noted as a failure.
    mutating func settle(in boot: BootFacts, codes: [UpdateIdentity: HResult], at now: Timestamp) {
        for waiting in pending where waiting.boot != boot.bootID && waiting.build == boot.kernel {
            let code = codes[waiting.update]?.description ?? Self.rolledBack
            note(waiting.update, failed: code, at: now, build: boot.kernel)
        }
        pending.removeAll { $0.boot != boot.bootID }
        // A newer build has it, or something that replaces it.
        failures.removeAll { $0.build.map { $0 != boot.kernel } ?? false }
    }

    /// Whether the update is not there although Windows may say so.
    func isRolledBack(_ update: UpdateIdentity) -> Bool {
        failures.contains { $0.update == update && $0.build != nil }
    }

    /// Why an update is not to be tried for good, such as `0x80070643, 3 times`; nil while it may be.
    func block(_ update: UpdateIdentity) -> String? {
        worst(update).flatMap { $0.count > Self.pauses.count ? "\($0.code), \($0.count) times" : nil }
    }

    /// Why an update is not to be tried now, in words; nil when it may be.
    func obstacle(_ update: UpdateIdentity, at now: Timestamp) -> String? {
        if let block = block(update) {
            return "blocked after \(block): a new revision of it is tried again"
        }
        guard let failure = worst(update) else { return nil }
        let end = failure.last + Self.pauses[failure.count - 1]
        return now < end ? "left alone until \(end) after \(failure.code)" : nil
    }

    private func worst(_ update: UpdateIdentity) -> Failure? {
        failures.filter { $0.update == update }.max { ($0.count, $0.last) < ($1.count, $1.last) }
    }
}
