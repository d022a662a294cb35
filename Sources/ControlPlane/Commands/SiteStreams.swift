package import AgentProtocol
package import Domain
import DurableStreams
import PatchStreams
import Scheduling

/// What sends commands by itself, kept by site and id: what people ask of it, and what it shows.
///
/// Each throws a ``Problem`` with the code of a ``CommandSenderRefusal`` for what cannot be.
struct SiteStreams<Sender: CommandSender>: Sendable where Sender.Settings: ScheduledSettings {
    private typealias SenderDecider = CommandSenderDecider<Sender>

    /// To change one that others change, too.
    private static var mostAttempts: Int { 5 }
    private static var namesAtOnce: Int { 100 }

    let desk: MessageDesk
    let reader: StreamReader

    /// Those of the site, by id; all by site and id where none is named.
    func all(ofSite site: String?) async throws -> [Sender] {
        let prefix = site.map { Sender.name("", site: $0) } ?? ""
        var found: [Sender] = []
        var last = site == nil ? nil : SenderDecider.stream(prefix)
        while true {
            let page = try await reader.streams(ofKind: SenderDecider.kind, after: last, limit: Self.namesAtOnce)
            let names = page.filter { $0.name.hasPrefix(prefix) }
            found += try await reader.folds(SenderDecider(), names).compactMap { $0 }.filter(\.isKept)
            guard let name = names.last, names.count == Self.namesAtOnce else { return found }
            last = name
        }
    }

    /// Also one that is deleted; nil for one that never was.
    func state(_ id: String, _ site: String) async throws -> Sender? {
        try await reader.fold(SenderDecider(), SenderDecider.stream(Sender.name(id, site: site)))?.state
    }

    /// - Throws: ``Problem`` where there is none, or it is deleted.
    func kept(_ id: String, _ site: String) async throws -> Sender {
        guard let sender = try await state(id, site), sender.isKept else { throw Problem(Sender.Refusal.notFound) }
        return sender
    }

    /// - Parameter key: the caller's idempotency key.
    func ask(_ id: String, _ site: String, _ message: Sender.Message, key: String, by person: String) async throws {
        let stream = SenderDecider.stream(Sender.name(id, site: site))
        try await desk.ask(stream, message, id: "\(message.kind)/\(key)", by: try PersonName.check(person))
    }

    /// Asks for what the body makes of the state, and makes it anew of one that somebody else has changed meanwhile.
    ///
    /// - Parameter body: nil for what is as it is to be.
    /// - Returns: the state as the change left it.
    func change(
        _ id: String,
        _ site: String,
        key: String,
        by person: String,
        _ body: (Sender) throws -> Sender.Message?
    ) async throws -> Sender {
        for attempt in 1...Self.mostAttempts {
            let sender = try await kept(id, site)
            do {
                guard let message = try body(sender) else { return sender }
                try await ask(id, site, message, key: "\(key)/\(attempt)/\(sender.revision)", by: person)
                return try await kept(id, site)
            } catch let refusal as Sender.Refusal {
                throw Problem(refusal)
            } catch let problem as Problem where problem.code == Sender.Refusal.changedMeanwhile.code {
                continue
            }
        }
        throw Problem(Sender.Refusal.changedMeanwhile)
    }
}

extension Problem {
    package init(_ refusal: some CommandSenderRefusal) {
        self.init(status: refusal.isUnknown ? 404 : 409, code: refusal.code, detail: refusal.detail)
    }
}
