package import AgentProtocol
import Crypto
package import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Time

/// Makes and revokes the API's tokens and access keys, and tells whose a secret is.
package struct AccessService: Sendable {
    /// What the secrets of tokens begin with, so that leaked ones are found and are told from others.
    package static let secretPrefix = "rm_"
    private static let longestLife = 366 * 86_400
    private static let mostNames = 100

    private let desk: MessageDesk
    private let directory: TokenDirectory
    private let secrets: AccessKeySecrets
    private let uses = TokenUses()
    private let rates = RequestRates()

    init(desk: MessageDesk, reader: StreamReader, secrets: AccessKeySecrets) {
        self.desk = desk
        self.secrets = secrets
        directory = TokenDirectory(reader: reader)
    }

    /// - Parameter key: the caller's idempotency key: the same one makes no second token.
    /// - Throws: ``Problem`` 400 for what a token may not be, 409 when the key has made one already: its secret was told once.
    package func create(_ request: CreateToken, key: String?) async throws -> NewTokenView {
        let person = try PersonName.check(request.by)
        try check(request)
        let secret = Self.secretPrefix + SymmetricKey(size: .bits256).withUnsafeBytes { Hexadecimal.text($0) }
        let token = AccessToken(
            id: "tok-" + (key.map { String(ContentStore.digest(of: $0).prefix(16)) } ?? Secret.identifier()),
            name: request.name,
            roles: Set(request.roles).sorted { $0.rawValue < $1.rawValue },
            scope: request.scope.flatMap { $0.isUnlimited ? nil : $0 },
            secretSHA256: ContentStore.digest(of: secret),
            expires: desk.now() + .seconds(request.expiresInSeconds)
        )
        try await ask(.create(token), key: nil, by: person)
        return NewTokenView(token, secret: secret)
    }

    /// Makes an access key: a token whose secret signs requests, and which is never sent along.
    ///
    /// - Throws: as ``create(_:key:)``.
    package func createAccessKey(_ request: CreateToken, key: String?) async throws -> NewTokenView {
        let person = try PersonName.check(request.by)
        try check(request)
        let digits = key.map { String(ContentStore.digest(of: $0).prefix(16)) } ?? Secret.identifier()
        var token = AccessToken(
            id: AccessKeySecrets.idPrefix + digits.uppercased(),
            name: request.name,
            roles: Set(request.roles).sorted { $0.rawValue < $1.rawValue },
            scope: request.scope.flatMap { $0.isUnlimited ? nil : $0 },
            secretSHA256: "",
            expires: desk.now() + .seconds(request.expiresInSeconds),
            form: .accessKey
        )
        let secret = secrets.secret(of: token)
        token.secretSHA256 = ContentStore.digest(of: secret)
        try await ask(.create(token), key: nil, by: person)
        return NewTokenView(token, secret: secret)
    }

    /// All tokens that count, and those that ended in the last 30 days.
    package func list() async throws -> [TokenView] { try await list { $0.form == nil } }

    /// All access keys that count, and those that ended in the last 30 days.
    package func accessKeys() async throws -> [TokenView] { try await list { $0.form == .accessKey } }

    /// Takes a token or an access key out of use: here at once, at other server processes within five seconds.
    ///
    /// - Throws: ``Problem`` 404 for an unknown one.
    package func revoke(_ id: String, _ request: RevokeToken, key: String?) async throws -> TokenView {
        let person = try PersonName.check(request.by)
        guard (1...500).contains(request.reason.utf8.count) else {
            let detail = "to revoke a token needs a reason of 1 to 500 bytes, for the log; give one with --reason"
            throw Problem(status: 400, code: "reason-missing", detail: detail)
        }
        func view() async throws -> TokenView {
            guard let issued = try await directory.book().tokens.first(where: { $0.token.id == id }) else {
                let refusal = AccessBookRefusal.unknown(id: id)
                throw Problem(status: 404, code: refusal.code, detail: refusal.detail)
            }
            return TokenView(issued, at: desk.now())
        }
        _ = try await view()
        // The same key for another token is another request.
        try await ask(.revoke(id: id, reason: request.reason), key: key.map { "\(id)/\($0)" }, by: person)
        return try await view()
    }

    /// Whose the secret is; nil where no token that counts has it.
    ///
    /// - Parameter source: the address that it came from, for what the token's owner is shown.
    /// - Throws: ``Problem`` 503 while the database does not answer.
    package func principal(ofSecret secret: String, from source: String?) async throws -> Principal? {
        let issued: IssuedToken?
        do {
            issued = try await directory.token(ofSecret: ContentStore.digest(of: secret))
        } catch is StoreError {
            throw Self.unavailable
        }
        guard let issued, issued.token.form == nil, issued.isValid(at: desk.now()) else { return nil }
        try await noteUse(of: issued, from: source)
        return issued.principal
    }

    /// What a request that names an access key must have been signed with; nil where no key of that id counts.
    ///
    /// That the key was used is noted by ``principal(ofAccessKey:from:)``, once the signature is verified.
    ///
    /// - Throws: ``Problem`` 503 while the database does not answer.
    package func secret(ofAccessKey id: String) async throws -> String? {
        guard let issued = try await accessKey(id) else { return nil }
        let secret = secrets.secret(of: issued.token)
        // Made by servers with another seal key, it would verify nothing.
        return ContentStore.digest(of: secret) == issued.token.secretSHA256 ? secret : nil
    }

    /// Whom an access key stands for whose secret was proved; nil where none of that id counts.
    ///
    /// - Throws: ``Problem`` 503 while the database does not answer.
    package func principal(ofAccessKey id: String, from source: String?) async throws -> Principal? {
        guard let issued = try await accessKey(id) else { return nil }
        try await noteUse(of: issued, from: source)
        return issued.principal
    }

    /// Whether what the principal proved itself with still counts: a token that ended or was revoked does not.
    ///
    /// - Throws: ``Problem`` 503 while the database does not answer.
    package func isCurrent(_ principal: Principal) async throws -> Bool {
        guard case .token(let id) = principal.proof else { return principal != .nobody }
        do {
            return try await directory.token(id: id)?.isValid(at: desk.now()) ?? false
        } catch is StoreError {
            throw Self.unavailable
        }
    }

    /// Counts a request.
    ///
    /// - Throws: ``Problem`` 429 where the principal has sent too many.
    package func spend(by principal: Principal) throws(Problem) { try rates.spend(by: principal.id, at: desk.now()) }

    // MARK: - Steps

    private func list(_ isMeant: (AccessToken) -> Bool) async throws -> [TokenView] {
        try await directory.book().tokens.filter { isMeant($0.token) }.map { TokenView($0, at: desk.now()) }
    }

    private func accessKey(_ id: String) async throws -> IssuedToken? {
        guard id.hasPrefix(AccessKeySecrets.idPrefix) else { return nil }
        do {
            guard let issued = try await directory.token(id: id), issued.token.form == .accessKey,
                issued.isValid(at: desk.now())
            else { return nil }
            return issued
        } catch is StoreError {
            throw Self.unavailable
        }
    }

    private func noteUse(of issued: IssuedToken, from source: String?) async throws {
        guard uses.isNews(issued.token.id, from: source, at: desk.now()) else { return }
        let message = AccessMessage.use(id: issued.token.id, source: source)
        let id = "use/\(Secret.identifier())"
        try await desk.send([desk.envelope(TokenDirectory.stream, message, id: id, by: issued.token.name)])
    }

    private static let unavailable = Problem(
        status: 503,
        code: "database-unavailable",
        detail: "the control plane's database does not answer, so that no token can be judged; repeat the request"
    )

    private func ask(_ message: AccessMessage, key: String?, by person: String) async throws {
        let id = "\(message.kind)/\(key ?? Secret.identifier())"
        try await desk.ask(TokenDirectory.stream, message, id: id, by: person)
        directory.forget()
    }

    private func check(_ request: CreateToken) throws(Problem) {
        func refuse(_ detail: String) -> Problem { Problem(status: 400, code: "invalid-token", detail: detail) }
        try PersonName.check(request.name)
        guard !ActorName.isSame(request.name, Principal.breakGlassName) else {
            throw refuse("\(request.name) is the name of the local account; give the token its owner's name")
        }
        guard !request.roles.isEmpty else { throw refuse("a token has at least one role") }
        guard (1...Self.longestLife).contains(request.expiresInSeconds) else {
            throw refuse("a token lives 1 second to 366 days, not \(request.expiresInSeconds) seconds")
        }
        let scope = request.scope ?? .unlimited
        for names in [scope.sites, scope.rings, scope.patchGroups] {
            guard names.count <= Self.mostNames else {
                throw refuse("a token is limited to at most \(Self.mostNames) sites, rings or patch groups each")
            }
            for name in names {
                let isPlain = name.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"/*?[]{},".utf8.contains($0) }
                guard (1...RolloutName.maximumPatchGroup).contains(name.utf8.count), isPlain else {
                    throw refuse(
                        "\"\(name)\" is not the name of a site, a ring or a patch group; patterns are not taken"
                    )
                }
            }
        }
    }
}
