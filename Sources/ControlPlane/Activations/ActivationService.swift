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

    private let desk: MessageDesk
    private let orderKey: OrderSigningKey

    init(desk: MessageDesk, orderKey: OrderSigningKey) {
        self.desk = desk
        self.orderKey = orderKey
    }

    /// - Throws: ``Problem`` 400 for what an activation may not be.
    package func create(_ request: CreateActivation) async throws -> ActivationView {
        try check(request)
        let id = "act-" + Secret.identifier()
        let code = Secret.code()
        let terms = ActivationTerms(
            activation: id,
            codeHash: ContentStore.digest(of: code),
            maxUses: request.uses,
            expires: desk.now() + .seconds(request.expiresInSeconds),
            site: request.site,
            patchGroup: request.patchGroup
        )
        try await desk.ask(Activation.stream(id), ActivationMessage.create(terms), id: "create", by: request.by)
        return ActivationView(
            activation: id,
            code: code,
            orderKey: orderKey.publicKey,
            site: request.site,
            patchGroup: request.patchGroup,
            uses: request.uses,
            expiresAt: terms.expires
        )
    }

    private func check(_ request: CreateActivation) throws(Problem) {
        func refuse(_ detail: String) -> Problem { Problem(status: 400, code: "invalid-activation", detail: detail) }
        try PersonName.check(request.by)
        guard (1...Self.mostUses).contains(request.uses) else {
            throw refuse("an activation enrols 1 to \(Self.mostUses) hosts, not \(request.uses)")
        }
        guard (1...Self.longestLife).contains(request.expiresInSeconds) else {
            throw refuse("an activation lives 1 second to 30 days, not \(request.expiresInSeconds) seconds")
        }
        for (what, name) in [("site", request.site), ("patch group", request.patchGroup)] {
            let allowed = name.utf8.allSatisfy { byte in
                Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
                    || "-_.".utf8.contains(byte)
            }
            guard (1...100).contains(name.utf8.count), allowed else {
                throw refuse("the \(what) \"\(name)\" must be 1 to 100 letters, digits, hyphens, dots or underscores")
            }
        }
    }
}
