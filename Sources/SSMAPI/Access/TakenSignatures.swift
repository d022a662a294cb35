import AWSSignature
import Synchronization
import Time

/// The signatures of changes that were let, as long as their dates still count: nobody who has overheard one can send it again.
final class TakenSignatures: Sendable {
    /// Of a generation; beyond it changes are refused rather than signatures forgotten.
    static let most = 100_000
    /// A signature may be dated ahead, so that it counts for twice the tolerance.
    private static let lifetime = SignatureClaim.tolerance + SignatureClaim.tolerance

    private struct Generations {
        var begun: Timestamp
        var present: Set<String> = []
        var former: Set<String> = []
    }

    private let generations = Mutex(Generations(begun: Timestamp(microseconds: 0)))
    private let most: Int

    init(most: Int = TakenSignatures.most) { self.most = most }

    /// - Throws: ``SSMError`` for one that was taken, and while there are too many.
    func take(_ signature: String, at now: Timestamp) throws(SSMError) {
        let refusal: SSMError? = generations.withLock { generations in
            if now - generations.begun >= Self.lifetime {
                let isOver = now - generations.begun >= Self.lifetime + Self.lifetime
                generations.former = isOver ? [] : generations.present
                (generations.present, generations.begun) = ([], now)
            }
            guard !generations.present.contains(signature), !generations.former.contains(signature) else {
                return SSMError(
                    "InvalidSignatureException",
                    "A change with this very signature was taken already. Sign the request anew, at another second."
                )
            }
            guard generations.present.count < most else { return SSMError("ThrottlingException", "Rate exceeded") }
            generations.present.insert(signature)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Lets one be taken again.
    func release(_ signature: String) {
        generations.withLock { generations in
            generations.present.remove(signature)
            generations.former.remove(signature)
        }
    }
}
