package import ControlPlane

/// Where the change of the order key stands, and what comes next.
package struct OrderKeyPage: Sendable {
    private let status: OrderKeyStatus

    package init(_ status: OrderKeyStatus) { self.status = status }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("signs", status.signing, tone: .heading)
        for key in status.valid where key != status.signing {
            fields.append(key == status.next ? "next" : "former, valid", key)
        }
        fields.append("version", "\(status.version)")
        fields.append("next step", step)
        return fields.lines(style)
    }

    private var step: String? {
        switch (status.next, status.valid.count) {
        case (let next?, _) where status.valid.contains(next):
            "ringmaster order-key activate, when every server has had the statements for ten seconds"
        case (.some, _): "ringmaster order-key rotate, again: agents were not told"
        case (nil, 2...): "ringmaster order-key withdraw, when the windows that are open now have closed"
        case (nil, _): nil
        }
    }
}
