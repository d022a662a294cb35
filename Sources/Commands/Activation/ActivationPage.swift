package import ReadModels

/// A new activation as `activation create` shows it.
package struct ActivationPage: Sendable {
    private let activation: ActivationView

    package init(_ activation: ActivationView) { self.activation = activation }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("activation", activation.activation, tone: .heading)
        fields.append("code", activation.code, tone: .heading)
        fields.append("order key", activation.orderKey)
        fields.append("site", activation.site)
        fields.append("patch group", activation.patchGroup)
        fields.append("uses", "\(activation.uses)")
        fields.append("expires", activation.expiresAt.toTheSecond)
        return fields.lines(style) + ["", "The code is not shown again."]
    }
}
