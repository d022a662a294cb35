import Commands
import Domain
import ReadModels
import Testing
import Time

struct TokenPageTests {
    private static let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    private static func token(_ name: String, scope: AccessScope?) -> AccessToken {
        AccessToken(
            id: "tok-\(name)",
            name: name,
            roles: [.auditor, .viewer],
            scope: scope,
            secretSHA256: "h",
            expires: moment + .seconds(3_600)
        )
    }

    @Test("A new token shows its secret")
    func page() {
        let view = NewTokenView(
            Self.token("ana", scope: AccessScope(sites: ["Oslo"], rings: ["early"])),
            secret: "rm_1"
        )
        let expected = """
            token    tok-ana
            name     ana
            roles    auditor, viewer
            scope    sites Oslo; rings early
            expires  2025-11-24T17:00:00Z
            secret   rm_1

            The secret is not shown again. Keep it in a file of mode 0600 and name that with --token-file.
            """
        #expect(TokenPage(view).lines(OutputStyle()).joined(separator: "\n") == expected)
    }

    @Test("The list tells which tokens count and when they were used")
    func table() {
        var book = AccessBook()
        for name in ["ana", "bob"] {
            book.evolve(.tokenCreated(Self.token(name, scope: nil), by: "root", at: Self.moment))
        }
        book.evolve(.tokenUsed(id: "tok-ana", source: "192.0.2.1", at: Self.moment))
        book.evolve(.tokenRevoked(id: "tok-bob", reason: "left", by: "root", at: Self.moment))
        let expected = """
            TOKEN    NAME  STATE    ROLES            SCOPE      EXPIRES               LAST USED
            tok-ana  ana   valid    auditor, viewer  all hosts  2025-11-24T17:00:00Z  2025-11-24T16:00:00Z from 192.0.2.1
            tok-bob  bob   revoked  auditor, viewer  all hosts  2025-11-24T17:00:00Z  never
            """
        #expect(TokenTable(book.tokens.map { TokenView($0, at: Self.moment) }).lines(OutputStyle()) == expected.lines)
        #expect(TokenTable([]).lines(OutputStyle()).count == 1)
    }

    @Test("The audit tells the local account from those who proved who they are")
    func audit() {
        func view(_ outcome: AuditEntry.Outcome, _ principal: String?, _ actor: String?, _ code: String?) -> AuditView {
            var entry = AuditEntry(
                outcome: outcome,
                principal: principal,
                actor: actor,
                source: "192.0.2.1",
                request: "POST /api/v1/cycles",
                permission: .steer
            )
            entry.code = code
            entry.suppressed = code == "unauthenticated" ? 7 : nil
            return AuditView(at: Self.moment, entry: entry)
        }
        let entries = [
            view(.allowed, "break-glass", "ana", nil), view(.denied, "token/tok-1", "bob", "not-permitted"),
            view(.denied, nil, nil, "unauthenticated"),
        ]
        let expected = """
            TIME                  OUTCOME  WHO                  FROM       REQUEST              WHY
            2025-11-24T16:00:00Z  allowed  ana (local account)  192.0.2.1  POST /api/v1/cycles
            2025-11-24T16:00:00Z  denied   bob                  192.0.2.1  POST /api/v1/cycles  not-permitted
            2025-11-24T16:00:00Z  denied   ?                    192.0.2.1  POST /api/v1/cycles  unauthenticated; 7 more before it
            """
        let page = AuditPage(month: "2025-11", entries: entries, cursor: "3")
        #expect(AuditTable(page).lines(OutputStyle()) == expected.lines)
    }
}

extension String {
    fileprivate var lines: [String] { split(separator: "\n").map(String.init) }
}
