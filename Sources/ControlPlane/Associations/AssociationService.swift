import AgentProtocol
package import Domain
import DurableStreams

/// Keeps associations: what people set on them, and what they show.
///
/// Each throws a ``Problem`` with the code of an ``AssociationRefusal`` for what cannot be.
package struct AssociationService: Sendable {
    /// In one site.
    package static let mostAssociations = 200

    private let streams: SiteStreams<Association>

    init(desk: MessageDesk, reader: StreamReader) { streams = SiteStreams(desk: desk, reader: reader) }

    /// Those of the site, by id.
    package func associations(ofSite site: String) async throws -> [Association] {
        try await streams.all(ofSite: site)
    }

    /// The id of one that sends the document, in whichever site; nil when none does.
    func first(ofDocument name: String) async throws -> String? {
        try await streams.all(ofSite: nil).first { $0.sends(name) }?.id
    }

    /// - Throws: ``Problem`` where there is none, or it is deleted.
    package func association(_ id: String, site: String) async throws -> Association {
        try await streams.kept(id, site)
    }

    /// Makes an association; the same request again changes nothing.
    ///
    /// - Parameters:
    ///   - id: a UUID that ends as ``AssociationPlace`` has it, the same for a request that is sent again.
    ///   - key: the caller's idempotency key.
    package func create(
        _ id: String,
        site: String,
        _ configuration: AssociationConfiguration,
        key: String,
        by person: String
    ) async throws -> Association {
        if let present = try await streams.state(id, site), present.configuration == configuration { return present }
        let present = try await associations(ofSite: site)
        if let node = configuration.settings.instanceId,
            let same = present.first(where: { $0.isOf(configuration.settings.name, for: node) })
        {
            throw Problem(AssociationRefusal.alreadyExists(same.id))
        }
        guard present.count < Self.mostAssociations else {
            throw Problem(AssociationRefusal.tooMany(most: Self.mostAssociations))
        }
        try await streams.ask(id, site, .configure(configuration, revision: 0), key: key, by: person)
        return try await streams.kept(id, site)
    }

    /// Changes an association: what the body makes of its configuration takes its place, unless that is as it was.
    ///
    /// The body is asked again for one that somebody else has changed meanwhile.
    ///
    /// - Returns: the association as the change left it.
    @discardableResult
    package func change(
        _ id: String,
        site: String,
        key: String,
        by person: String,
        _ body: (inout AssociationConfiguration) throws -> Void
    ) async throws -> Association {
        try await streams.change(id, site, key: key, by: person) { association in
            guard var configuration = association.configuration else { return nil }
            try body(&configuration)
            return configuration == association.configuration
                ? nil : .configure(configuration, revision: association.revision)
        }
    }

    /// What it has at work comes to its end.
    package func delete(_ id: String, site: String, key: String, by person: String) async throws {
        try await streams.ask(id, site, .delete, key: key, by: person)
    }

    /// Runs it once, when nothing of it is at work.
    package func start(_ id: String, site: String, key: String, by person: String) async throws {
        try await streams.ask(id, site, .start, key: key, by: person)
    }
}

extension Association {
    /// Whether it is the one that old clients know by a document and a node.
    package func isOf(_ document: String, for node: String) -> Bool {
        guard let settings = configuration?.settings else { return false }
        return settings.instanceId == node && sends(CommandDocument.name(of: document))
    }

    /// - Parameter document: its name.
    fileprivate func sends(_ document: String) -> Bool {
        configuration.map { CommandDocument.name(of: $0.settings.name) == document } ?? false
    }
}
