import Domain
package import ReadModels
import Time

/// Notices as `delivery ls` lists them.
package struct DeliveryTable: Tabular {
    private let deliveries: [DeliveryView]

    package init(_ deliveries: [DeliveryView]) { self.deliveries = deliveries }

    package var emptyText: String { "There are none." }

    package var table: Table {
        var table = Table([
            .init("SUBJECT", importance: 6),
            .init("DESTINATION", importance: 5),
            .init("STATE", importance: 7, isWhole: true),
            .init("NOTICE", importance: 3, isWhole: true),
            .init("AT", importance: 2, isWhole: true),
            .init("ERROR", importance: 4),
        ])
        for delivery in deliveries {
            table.append([
                .init(delivery.subject),
                .init(delivery.destination),
                .init(delivery.state.rawValue, tone: delivery.state == .failed ? .bad : .plain),
                .init(delivery.kind.rawValue),
                .init(delivery.at.toTheSecond),
                .init(delivery.error ?? ""),
            ])
        }
        return table
    }
}
