import Client
package import ReadModels

extension ControlPlaneClient {
    /// What destinations were told last of each subject: all pages as one.
    package func deliveries(state: DeliveryView.State?, destination: String?) async throws -> [DeliveryView] {
        var (items, after) = ([DeliveryView](), String?.none)
        repeat {
            let query: KeyValuePairs<String, String?> = [
                "state": state?.rawValue, "destination": destination, "after": after, "limit": "1000",
            ]
            let page: Listing<DeliveryView> = try await get(.api("deliveries", query: query))
            items += page.items
            after = page.next
        } while after != nil
        return items
    }

    package func resend(_ request: ResendDelivery) async throws -> DeliveryView {
        try await post(.api("deliveries", "resend"), request)
    }
}
