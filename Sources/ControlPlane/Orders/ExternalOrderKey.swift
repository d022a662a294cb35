import AgentProtocol
import Crypto
import FoundationEssentials
package import Logging
import Synchronization

/// An order key that another program holds, such as a security module's or a cloud's.
///
/// No flush waits for it. A flush seals the order with a key of the servers' own, and whoever delivers the order has it signed
/// if that seal holds: a row that nobody sealed is delivered as it is, and its agent refuses it.
package final class ExternalOrderKey: Sendable {
    /// Signs bytes by Ed25519, and returns the raw 64 bytes of the signature.
    package typealias Signer = @Sendable (_ bytes: [UInt8]) async throws -> [UInt8]

    /// How many orders are signed at a time.
    private static let concurrency = 8
    /// How many more may wait for that.
    private static let mostWaiting = 5_000
    /// How long an order waits for its turn: an agent does not wait for its answer much longer.
    private static let patience = Duration.seconds(20)
    /// How often it is logged that nothing is signed.
    private static let logPause = Duration.seconds(60)
    /// What stands before a seal in the place of a signature.
    private static let sealed = "hmac-sha256:"

    /// What agents pin: the raw 32 bytes of the public key, base64.
    package let publicKey: String
    private let key: Curve25519.Signing.PublicKey
    private let sealKey: SymmetricKey
    private let turns = Turns(
        concurrency: ExternalOrderKey.concurrency,
        mostWaiting: ExternalOrderKey.mostWaiting
    )
    private let sign: Signer
    private let logger: Logger
    private let loggedAt = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameters:
    ///   - publicKey: the raw 32 bytes in base64.
    ///   - sealFile: the key of the seals; made on first use. Every process that shares the database has the same.
    /// - Throws: ``KeyFileError``.
    package init(publicKey: String, sealFile: String, logger: Logger, sign: @escaping Signer) throws {
        guard let bytes = Data(base64Encoded: publicKey),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)  // length is all it checks
        else { throw KeyFileError.malformed(file: "--order-signer-key") }
        let text = try SecretFile.loadOrCreate(sealFile) { SymmetricKey(size: .bits256).base64 }
        guard let secret = Data(base64Encoded: text), secret.count == 32 else {
            throw KeyFileError.malformed(file: sealFile)
        }
        (self.publicKey, self.key, self.logger, self.sign) = (publicKey, key, logger, sign)
        sealKey = SymmetricKey(data: secret)
    }

    /// The envelope with a seal in the place of the signature.
    func seal(_ payload: String) -> OrderEnvelope {
        var envelope = OrderEnvelope(payload: payload, signature: "")
        let code = HMAC<SHA256>.authenticationCode(for: envelope.signedBytes, using: sealKey)
        envelope.signature = Self.sealed + Data(code).base64EncodedString()
        return envelope
    }

    /// The envelope as its node gets it: signed, if it was sealed by one of our servers.
    ///
    /// - Throws: ``Problem`` 503 when there is no signature to be had now.
    func signed(_ envelope: OrderEnvelope) async throws -> OrderEnvelope {
        guard envelope.signature.hasPrefix(Self.sealed),
            let code = Data(base64Encoded: String(envelope.signature.dropFirst(Self.sealed.count))),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: envelope.signedBytes, using: sealKey)
        else { return envelope }
        let end = ContinuousClock.now + Self.patience
        try await turns.begin()
        defer { turns.end() }
        guard ContinuousClock.now < end else { throw Problem.signerIsBusy }
        var envelope = envelope
        let signature = try await signature(of: envelope.signedBytes)
        envelope.signature = Data(signature).base64EncodedString()
        return envelope
    }

    private func signature(of bytes: [UInt8]) async throws -> [UInt8] {
        do {
            let signature = try await sign(bytes)
            guard key.isValidSignature(signature, for: bytes) else {
                throw OrderNotSigned(why: "what it answered is no signature by the key that --order-signer-key names")
            }
            return signature
        } catch let error as CancellationError {
            throw error
        } catch {
            log(error)
            // What a program says on this machine is none of the hosts' business.
            let detail =
                "the program that signs orders fails, and the server's log says why; the order waits, and is signed when it works again"
            throw Problem(status: 503, code: "order-not-signed", detail: detail)
        }
    }
}

extension ExternalOrderKey {
    /// Agents ask again and again, and one line a minute tells as much as all of them.
    private func log(_ error: any Error) {
        let isDue = loggedAt.withLock { last in
            let now = ContinuousClock.now
            if let last, now < last + Self.logPause { return false }
            last = now
            return true
        }
        guard isDue else { return }
        logger.error("the program that signs orders fails; they wait", metadata: ["error": "\(error)"])
    }
}

/// An answer of the program that signs orders that is of no use.
package struct OrderNotSigned: Error, CustomStringConvertible {
    private let why: String

    package init(why: String) { self.why = why }

    package var description: String { why }
}

extension SymmetricKey {
    fileprivate var base64: String { withUnsafeBytes { Data($0).base64EncodedString() } }
}

/// Lets so many go on at a time, the others in the order in which they came.
private final class Turns: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let mostWaiting: Int

    init(concurrency: Int, mostWaiting: Int) {
        state = Mutex(State(free: concurrency))
        self.mostWaiting = mostWaiting
    }

    /// Every call is followed by one of ``end()``, unless it throws.
    func begin() async throws {
        guard state.withLock({ $0.free > 0 || $0.waiting.count < mostWaiting }) else { throw Problem.signerIsBusy }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func end() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

extension Problem {
    fileprivate static var signerIsBusy: Self {
        let detail = "more orders wait to be signed than the program that signs them keeps up with; ask again later"
        return Self(status: 503, code: "order-not-signed", detail: detail)
    }
}
