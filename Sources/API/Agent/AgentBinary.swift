package import NIOCore

/// A program of ours, which hosts of stock agents fetch once: by its digest, so that it needs no proof of who asks.
package struct AgentBinary: Sendable {
    /// SHA-256, lower-case hexadecimal.
    package let digest: String
    let bytes: ByteBuffer

    package init(digest: String, bytes: ByteBuffer) {
        self.digest = digest
        self.bytes = bytes
    }
}
