import Domain
package import ReadModels
import Time

/// A new token as `token create` shows it.
package struct TokenPage: Sendable {
    private let token: NewTokenView

    package init(_ token: NewTokenView) { self.token = token }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("token", token.id, tone: .heading)
        fields.append("name", token.name)
        fields.append("roles", token.roles.map(\.rawValue).joined(separator: ", "))
        fields.append("scope", (token.scope ?? .unlimited).description)
        fields.append("expires", token.expiresAt.toTheSecond)
        fields.append("secret", token.secret, tone: .heading)
        return fields.lines(style) + [
            "", "The secret is not shown again. Keep it in a file of mode 0600 and name that with --token-file.",
        ]
    }
}

/// The tokens as `token ls` lists them.
package struct TokenTable: Tabular {
    private let tokens: [TokenView]

    package init(_ tokens: [TokenView]) { self.tokens = tokens }

    package var emptyText: String { "There are no tokens; `ringmaster token create` makes one." }

    package var table: Table {
        var table = Table([
            .init("TOKEN", importance: 6, isWhole: true),
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
