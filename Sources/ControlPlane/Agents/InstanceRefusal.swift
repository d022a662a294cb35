/// Why a stock agent gets no credentials, for good: it falls silent for half an hour when it hears so.
package enum InstanceRefusal: Error, Equatable, Sendable {
    case unknown(node: String)
    case revoked(node: String)
    /// Its key is in use on another machine than the one that was registered.
    case otherMachine(node: String)
}
