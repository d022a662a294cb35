import AgentProtocol
package import Domain
import DurableStreams
import PatchStreams
package import ReadModels
package import Time

/// Makes, lists and ends activations: the right to enrol some hosts.
package struct ActivationService: Sendable {
    private static let longestLife = 30 * 86_400
    private static let mostUses = 1_000
    private static let mostNetworks = 64

    private let desk: MessageDesk
    private let reader: StreamReader
    private let orderKeys: OrderKeys
    private let caSHA256: String?

    init(desk: MessageDesk, reader: StreamReader, orderKeys: OrderKeys, caSHA256: String?) {
        self.desk = desk
        self.reader = reader
        self.orderKeys = orderKeys
        self.caSHA256 = caSHA256
    }

    /// - Parameters:
    ///   - key: the same for a request that is sent again.
    ///   - offer: what SSM's API says of it beside the request; its id is a UUID then.
    /// - Throws: ``Problem`` 400 for what an activation may not be.
    ///   409 when the key has made one already: its code was told once and is kept nowhere.
    package func create(
        _ request: CreateActivation,
        key: String? = nil,
        offer: ActivationOffer? = nil
    ) async throws -> ActivationView {
        let person = try PersonName.check(request.by)
        try check(request)
        let code = Secret.code()
        let terms = ActivationTerms(
            activation: offer == nil ? Self.shortID(key) : Self.uuid(key),
            codeHash: ContentStore.digest(of: code),
            maxUses: request.uses,
            expires: offer?.expires ?? desk.now() + .seconds(request.expiresInSeconds),
            site: request.site,
            patchGroup: request.patchGroup,
            networks: request.networks,
            requiresApproval: request.requiresApproval == true ? true : nil,
            description: offer?.description,
            labels: offer?.labels
        )
        try await desk.ask(
            Activation.stream(terms.activation),
            ActivationMessage.create(terms),
            id: "create/\(Secret.identifier())",
            by: person
        )
        return ActivationView(
            activation: terms.activation,
            code: code,
            orderKey: orderKeys.publicKey,
            caSHA256: caSHA256,
            site: request.site,
            patchGroup: request.patchGroup,
            uses: request.uses,
            expiresAt: terms.expires
        )
    }

    /// Nobody enrols with it any more; the nodes that it enrolled stay.
    ///
    /// - Throws: ``Problem`` 404 for an unknown activation.
    package func delete(_ id: String, by person: String?, key: String?) async throws {
        let person = try PersonName.check(person)
        _ = try await activation(id)
        let message = "delete/\(key ?? Secret.identifier())"
        try await desk.ask(Activation.stream(id), ActivationMessage.delete, id: message, by: person)
    }

    /// - Throws: ``Problem`` 404 for an unknown activation; one that was deleted is known.
    package func activation(_ id: String) async throws -> Activation {
        guard let activation = try await activations([id]).first else {
            throw Problem(status: 404, code: ActivationRefusal.absent.code, detail: ActivationRefusal.absent.detail)
        }
        return activation
    }

    /// Those of the ids that there are, deleted ones too.
    package func activations(_ ids: [String]) async throws -> [Activation] {
        let named = ids.filter { $0.utf8.count <= Limits.nameBytes && !$0.utf8.contains(0) && !$0.isEmpty }
        let states = try await reader.folds(
            DomainDecider<Activation>.withoutEffects,
            named.map { Activation.stream($0) }
        )
        return states.compactMap(\.self).filter { $0.terms != nil }
    }

    /// Activations by id that the body takes, without deleted ones.
    ///
    /// - Parameters:
    ///   - after: the id of the last one before them; nil begins with the first.
    package func list(
        after: String?,
        limit: Int,
        where isWanted: (Activation) -> Bool
    ) async throws -> [Activation] {
        var found: [Activation] = []
        var last = after.map { Activation.stream($0) }
        while found.count < limit {
            let page = try await reader.streams(ofKind: Activation.streamKind, after: last, limit: Self.streamsAtOnce)
            found += try await activations(page.map(\.name)).filter { $0.deletion == nil && isWanted($0) }
            guard page.count == Self.streamsAtOnce else { break }
            last = page.last
        }
        return Array(found.prefix(limit))
    }

    // MARK: - Steps

    private static let streamsAtOnce = 100

    private static func shortID(_ key: String?) -> String {
        "act-" + (key.map { String(ContentStore.digest(of: $0).prefix(16)) } ?? Secret.identifier())
    }

    /// In the form of SSM's ids: 8, 4, 4, 4 and 12 hexadecimal digits.
    private static func uuid(_ key: String?) -> String {
        var rest = ContentStore.digest(of: "activation/\(key ?? Secret.code())")[...]
        let parts = [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }
        return parts.joined(separator: "-")
    }

    private func check(_ request: CreateActivation) throws(Problem) {
        func refuse(_ detail: String) -> Problem { Problem(status: 400, code: "invalid-activation", detail: detail) }
        guard (1...Self.mostUses).contains(request.uses) else {
            throw refuse("an activation enrols 1 to \(Self.mostUses) hosts, not \(request.uses)")
        }
        guard (1...Self.longestLife).contains(request.expiresInSeconds) else {
            throw refuse("an activation lives 1 second to 30 days, not \(request.expiresInSeconds) seconds")
        }
        let networks = request.networks ?? []
        guard networks.count <= Self.mostNetworks else {
            throw refuse("an activation is bound to at most \(Self.mostNetworks) networks, not \(networks.count)")
        }
        if let wrong = networks.first(where: { SourceNetwork($0) == nil }) {
            throw refuse("\"\(wrong)\" is not a network in CIDR notation, such as 10.7.0.0/16 or 2001:db8::/32")
        }
        for (what, name, most) in [
            ("site", request.site, RolloutName.maximumSite),
            ("patch group", request.patchGroup, RolloutName.maximumPatchGroup),
        ] {
            guard (1...most).contains(name.utf8.count), PatchGroup.isPlain(name) else {
                let allowed = "1 to \(most) letters of a to z, digits, hyphens, dots or underscores"
                throw refuse("the \(what) \"\(name)\" must be \(allowed)")
            }
        }
    }
}

/// What an activation of SSM's API is for, beside where its nodes are.
package struct ActivationOffer: Sendable {
    package var description: String?
    package var labels: NodeLabels
    /// Tools compare it to the second.
    package var expires: Timestamp

    package init(description: String?, labels: NodeLabels, expires: Timestamp) {
        self.description = description
        self.labels = labels
        self.expires = expires
    }
}
