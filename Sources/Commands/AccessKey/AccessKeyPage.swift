import Domain
package import ReadModels
import Time

/// A new access key as `access-key create` shows it.
package struct AccessKeyPage: Sendable {
    private let key: NewAccessKeyView

    package init(_ key: NewAccessKeyView) { self.key = key }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("access key id", key.id, tone: .heading)
        fields.append("name", key.name)
        fields.append("roles", key.roles.map(\.rawValue).joined(separator: ", "))
        fields.append("scope", (key.scope ?? .unlimited).description)
        fields.append("expires", key.expiresAt.toTheSecond)
        fields.append("secret access key", key.secret, tone: .heading)
        return fields.lines(style) + [
            "", "The secret is not shown again. `aws configure` keeps both; its region is a site of the policy.",
        ]
    }
}
