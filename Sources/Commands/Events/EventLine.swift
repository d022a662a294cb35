package import ReadModels

/// An event as `events tail` prints it: when, which stream, what, by whom, and its data as far as it fits.
package struct EventLine: Sendable {
    private let event: EventView

    package init(_ event: EventView) { self.event = event }

    package func line(_ style: OutputStyle) -> String {
        let head = [event.at.toTheSecond, event.stream, event.type].map(\.printable)
        let tail = "by \(event.actor) \(event.data.json)".printable
        let used = head.reduce(0) { $0 + $1.displayWidth + 1 }
        let rest = style.indented(by: used).fitted(tail)
        guard style.width.map({ used < $0 }) ?? true else { return style.fitted(head.joined(separator: " ")) }
        return [style.paint(head[0], .faint), head[1], style.paint(head[2], .heading), style.paint(rest, .faint)]
            .joined(separator: " ")
    }
}
