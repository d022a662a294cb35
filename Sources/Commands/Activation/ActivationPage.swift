package import ReadModels

/// A new activation as `activation create` shows it.
package struct ActivationPage: Sendable {
    private let activation: ActivationView
    private let server: String

    /// - Parameter server: the control plane's address.
    package init(_ activation: ActivationView, server: String) {
        self.activation = activation
        self.server = server
    }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("activation", activation.activation, tone: .heading)
        fields.append("code", activation.code, tone: .heading)
        fields.append("order key", activation.orderKey)
        fields.append("CA pin", activation.caSHA256)
        fields.append("site", activation.site)
        fields.append("patch group", activation.patchGroup)
        fields.append("uses", "\(activation.uses)")
        fields.append("expires", activation.expiresAt.toTheSecond)
        return fields.lines(style) + ["", "The code is not shown again. On a host, as root:", "", "  \(enrolment)"]
    }

    /// What enrols a host; the code goes where other users of the host cannot read it.
    package var enrolment: String {
        let pin = activation.caSHA256.map { " --ca-sha256 \($0)" } ?? ""
        return "echo \(activation.code) | ringmaster-agent enrol --server \(server)"
            + " --activation \(activation.activation) --order-key \(activation.orderKey)\(pin)"
    }
}
