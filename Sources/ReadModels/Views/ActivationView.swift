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
    /// The pin of the server's private certificate authority, which hosts keep when they enrol; nil when it has none.
    package var caSHA256: String?
    package var site: String
    package var patchGroup: String
    package var uses: Int
    package var expiresAt: Timestamp

    package init(
        activation: String,
        code: String,
        orderKey: String,
        caSHA256: String? = nil,
        site: String,
        patchGroup: String,
        uses: Int,
        expiresAt: Timestamp
    ) {
        self.activation = activation
        self.code = code
        self.orderKey = orderKey
        self.caSHA256 = caSHA256
        self.site = site
        self.patchGroup = patchGroup
        self.uses = uses
        self.expiresAt = expiresAt
    }
}
