import AWSSignature
import FoundationEssentials
import Synchronization
import Time

/// The signatures of changes that were let, as long as their dates still count: nobody who has overheard one can send it again.
///
/// Tools that repeat a request in the second in which they signed it send the same signature: while the change is under way they are
/// told to come again, which they do with another date and so another signature, and for two seconds from its end they get the same answer.
final class TakenSignatures: Sendable {
    /// Of a generation; beyond it changes are refused rather than signatures forgotten.
    static let most = 100_000
    /// Answers that are kept at a time; beyond it a request that is repeated is refused.
    private static let mostAnswers = 1_000
    /// A signature may be dated ahead, so that it counts for twice the tolerance.
    private static let lifetime = SignatureClaim.tolerance + SignatureClaim.tolerance
    private static let lifetimeOfAnswers = Duration.seconds(2)

    private struct Answer {
        var outcome: Result<Data, SSMError>
        var at: Timestamp
    }

    private struct Generations {
        var begun: Timestamp
        var present: Set<String> = []
        var former: Set<String> = []
        var answers: [String: Answer] = [:]
        /// Those of changes that have no end yet.
        var underWay: Set<String> = []
    }

    /// Tools repeat what they are answered with this code, and not a signature that is refused.
    private static let twin = SSMError(
        "ThrottlingException",
        "The very same change is under way. Ask for its end first, or sign the request anew, at another second."
    )

    private let generations = Mutex(Generations(begun: Timestamp(microseconds: 0)))
    private let most: Int

    init(most: Int = TakenSignatures.most) { self.most = most }

    /// - Returns: what the very same request was answered just now; nil for one that is to be carried out.
    /// - Throws: ``SSMError`` for one that was taken, for what was refused just now, and while there are too many.
    @discardableResult
    func take(_ signature: String, at now: Timestamp) throws(SSMError) -> Data? {
        let answer: Result<Data?, SSMError> = generations.withLock { generations in
            if now - generations.begun >= Self.lifetime {
                let isOver = now - generations.begun >= Self.lifetime + Self.lifetime
                generations.former = isOver ? [] : generations.present
                (generations.present, generations.begun) = ([], now)
            }
            guard !generations.present.contains(signature), !generations.former.contains(signature) else {
                if let answer = generations.answers[signature], now - answer.at < Self.lifetimeOfAnswers {
                    return answer.outcome.map { $0 }
                }
                if generations.underWay.contains(signature) { return .failure(Self.twin) }
                return .failure(
                    SSMError(
                        "InvalidSignatureException",
                        "A change with this very signature was taken already. Sign the request anew, at another second."
                    )
                )
            }
            guard generations.present.count < most else {
                return .failure(SSMError("ThrottlingException", "Rate exceeded"))
            }
            generations.present.insert(signature)
            generations.underWay.insert(signature)
            return .success(nil)
        }
        return try answer.get()
    }

    /// Keeps what a change that was taken is answered, for who sends it again at once.
    func keep(_ outcome: Result<Data, SSMError>, of signature: String, at now: Timestamp) {
        generations.withLock { generations in
            generations.underWay.remove(signature)
            generations.answers = generations.answers.filter { now - $0.value.at < Self.lifetimeOfAnswers }
            guard generations.answers.count < Self.mostAnswers else { return }
            generations.answers[signature] = Answer(outcome: outcome, at: now)
        }
    }

    /// Has no answer kept: from then on the signature is refused.
    func settle(_ signature: String) { generations.withLock { _ = $0.underWay.remove(signature) } }

    /// Lets one be taken again.
    func release(_ signature: String) {
        generations.withLock { generations in
            generations.present.remove(signature)
            generations.former.remove(signature)
            generations.underWay.remove(signature)
        }
    }
}
