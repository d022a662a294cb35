package import Time

/// A new activation; the only time that its code is shown.
package struct ActivationView: Codable, Equatable, Sendable {
    package var activation: String
    /// The secret a host enrols with.
    ///
    /// The control plane keeps only a hash of it.
    package var code: String
    /// The public half of the key that signs orders, base64: hosts pin it when they enrol.
    package var orderKey: String
    package var site: String
    package var patchGroup: String
    package var uses: Int
    package var expiresAt: Timestamp

    package init(
        activation: String,
        code: String,
        orderKey: String,
        site: String,
        patchGroup: String,
        uses: Int,
        expiresAt: Timestamp
    ) {
        self.activation = activation
        self.code = code
        self.orderKey = orderKey
        self.site = site
        self.patchGroup = patchGroup
        self.uses = uses
        self.expiresAt = expiresAt
    }
}
