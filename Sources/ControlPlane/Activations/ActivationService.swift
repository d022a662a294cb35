import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Time

/// Makes activations: the right to enrol some hosts.
package struct ActivationService: Sendable {
    private static let longestLife = 30 * 86_400
    private static let mostUses = 1_000
    private static let mostNetworks = 64

    private let desk: MessageDesk
    private let orderKeys: OrderKeys
    private let caSHA256: String?

    init(desk: MessageDesk, orderKeys: OrderKeys, caSHA256: String?) {
        self.desk = desk
        self.orderKeys = orderKeys
        self.caSHA256 = caSHA256
    }

    /// - Throws: ``Problem`` 400 for what an activation may not be.
    ///   409 when the key has made one already: its code was told once and is kept nowhere.
    package func create(_ request: CreateActivation, key: String? = nil) async throws -> ActivationView {
        let person = try PersonName.check(request.by)
        try check(request)
        let id = "act-" + (key.map { String(ContentStore.digest(of: $0).prefix(16)) } ?? Secret.identifier())
        let code = Secret.code()
        let terms = ActivationTerms(
            activation: id,
            codeHash: ContentStore.digest(of: code),
            maxUses: request.uses,
            expires: desk.now() + .seconds(request.expiresInSeconds),
            site: request.site,
            patchGroup: request.patchGroup,
            networks: request.networks,
            requiresApproval: request.requiresApproval == true ? true : nil
        )
        try await desk.ask(
            Activation.stream(id),
            ActivationMessage.create(terms),
            id: "create/\(Secret.identifier())",
            by: person
        )
        return ActivationView(
            activation: id,
            code: code,
            orderKey: orderKeys.publicKey,
            caSHA256: caSHA256,
            site: request.site,
            patchGroup: request.patchGroup,
            uses: request.uses,
            expiresAt: terms.expires
        )
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
            let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
            guard (1...most).contains(name.utf8.count), isPlain else {
                let allowed = "1 to \(most) letters of a to z, digits, hyphens, dots or underscores"
                throw refuse("the \(what) \"\(name)\" must be \(allowed)")
            }
        }
    }
}
