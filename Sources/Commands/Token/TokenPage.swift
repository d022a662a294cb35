import Domain
package import ReadModels
import Time

/// A new token as `token create` shows it, or an access key as `access-key create` does.
package struct TokenPage: Sendable {
    private let token: NewTokenView
    private let kind: TokenTable.Kind

    package init(_ token: NewTokenView, of kind: TokenTable.Kind = .tokens) {
        self.token = token
        self.kind = kind
    }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append(kind == .tokens ? "token" : "access key id", token.id, tone: .heading)
        fields.append("name", token.name)
        fields.append("roles", token.roles.map(\.rawValue).joined(separator: ", "))
        fields.append("scope", (token.scope ?? .unlimited).description)
        fields.append("expires", token.expiresAt.toTheSecond)
        fields.append(kind == .tokens ? "secret" : "secret access key", token.secret, tone: .heading)
        let advice =
            switch kind {
            case .tokens: "Keep it in a file of mode 0600 and name that with --token-file."
            case .accessKeys: "`aws configure` keeps both; the region is a site of the policy."
            }
        return fields.lines(style) + ["", "The secret is not shown again. \(advice)"]
    }
}

/// The tokens as `token ls` lists them, or the access keys as `access-key ls` does.
package struct TokenTable: Tabular {
    package enum Kind: Sendable {
        case tokens, accessKeys
    }

    private let tokens: [TokenView]
    private let kind: Kind

    package init(_ tokens: [TokenView], of kind: Kind = .tokens) {
        self.tokens = tokens
        self.kind = kind
    }

    package var emptyText: String {
        switch kind {
        case .tokens: "There are no tokens; `ringmaster token create` makes one."
        case .accessKeys: "There are no access keys; `ringmaster access-key create` makes one."
        }
    }

    package var table: Table {
        var table = Table([
            .init(kind == .tokens ? "TOKEN" : "ACCESS KEY", importance: 6, isWhole: true),
            .init("NAME", importance: 7),
            .init("STATE", importance: 5, isWhole: true),
            .init("ROLES", importance: 4),
            .init("SCOPE", importance: 2),
            .init("EXPIRES", importance: 3, isWhole: true),
            .init("LAST USED", importance: 1),
        ])
        for token in tokens {
            let use = token.lastUse.map { use in
                use.at.toTheSecond + (use.source.map { " from \($0)" } ?? "")
            }
            table.append([
                .init(token.id),
                .init(token.name),
                .init(token.state, tone: token.state == "valid" ? .plain : .faint),
                .init(token.roles.map(\.rawValue).joined(separator: ", ")),
                .init((token.scope ?? .unlimited).description),
                .init(token.expiresAt.toTheSecond),
                .init(use ?? "never"),
            ])
        }
        return table
    }
}
