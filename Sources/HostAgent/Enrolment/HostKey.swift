import AgentProtocol
package import Crypto
import FoundationEssentials

/// The host's Ed25519 key, made on the host and never leaving it.
package struct HostKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    init(_ key: Curve25519.Signing.PrivateKey) { self.key = key }

    /// The raw public key in base64.
    package var publicKey: String { key.publicKey.rawRepresentation.base64EncodedString() }

    /// Reads the key from the file; makes it, mode 0600, when there is none.
    package static func readOrMake(at path: String) throws -> HostKey {
        if let key = try read(at: path) { return key }
        let key = HostKey(Curve25519.Signing.PrivateKey())
        try key.write(to: path)
        return key
    }

    /// Writes the key durably, mode 0600.
    func write(to path: String) throws(FileFailure) {
        let text = key.rawRepresentation.base64EncodedString() + "\n"
        try DurableFile.write(Array(text.utf8), to: path, mode: 0o600)
    }

    /// Reads the key; nil when there is no file.
    package static func read(at path: String) throws -> HostKey? {
        guard let text = try DurableFile.text(path) else { return nil }
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        guard let raw = Data(base64Encoded: line) else {
            throw AgentFailure("\(path) does not hold a key; remove it and enrol the host again")
        }
        return HostKey(try Curve25519.Signing.PrivateKey(rawRepresentation: raw))
    }

    /// The signature over the bytes, in base64.
    package func sign(_ bytes: [UInt8]) throws -> String {
        try key.signature(for: Data(bytes)).base64EncodedString()
    }

    /// An order key as it is given to the agent: a raw public key in base64.
    package static func orderKey(_ text: String) throws(AgentFailure) -> Curve25519.Signing.PublicKey {
        guard let raw = Data(base64Encoded: text), raw.count == 32,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
        else { throw AgentFailure("\"\(text)\" is not an order key: expected 32 bytes in base64") }
        return key
    }
}
