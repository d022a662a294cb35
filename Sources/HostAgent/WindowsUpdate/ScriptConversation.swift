import AgentProtocol
import FoundationEssentials
import Synchronization

/// What the script said in one conversation, line by line.
///
/// A line that breaks the rules spoils the answers and does not end the script: it may be installing.
final class ScriptConversation: Sendable {
    /// More progress than that is no progress.
    private static let mostLines = 10_000

    private struct Heard {
        var answers: [Int: String] = [:]
        var failures: [Failure] = []
        var progress: Progress?
        var breach: String?
        var lines = 0
    }

    /// How far a long step is.
    struct Progress: Decodable, Equatable, Sendable, CustomStringConvertible {
        var done: Int
        var total: Int
        var text: String

        var description: String { "\(done) of \(total), \(text)" }
    }

    /// Why a step failed, in Windows' words.
    struct Failure: Decodable, Equatable, Sendable {
        var hresult: HResult
        var message: String
        /// The exception's type.
        var `class`: String
    }

    private struct Head: Decodable {
        var id: Int
        var progress: Progress?
        var error: Failure?
    }

    private struct Answer<Content: Decodable>: Decodable {
        var ok: Content?
        var error: Failure?
    }

    private let heard = Mutex(Heard())

    /// The last step that the script told of; nil when there was none.
    var progress: Progress? { heard.withLock { $0.progress } }

    /// What requests were answered with that could not be served.
    var failures: [Failure] { heard.withLock { $0.failures } }

    func hear(_ line: String) {
        heard.withLock { heard in
            heard.lines += 1
            guard heard.breach == nil else { return }
            guard heard.lines <= Self.mostLines else {
                heard.breach = "it said more than \(Self.mostLines) lines"
                return
            }
            do {
                let head = try JSONDecoder().decode(Head.self, from: Data(line.utf8))
                if let progress = head.progress {
                    heard.progress = progress
                } else if heard.answers.updateValue(line, forKey: head.id) != nil {
                    heard.breach = "it answered request \(head.id) twice"
                } else if let failure = head.error {
                    heard.failures.append(failure)
                }
            } catch {
                heard.breach = "it said what is no answer: \(line.prefix(200))"
            }
        }
    }

    /// The answer to a request.
    ///
    /// - Parameter ending: how the script ended, for the message.
    /// - Throws: what the script said went wrong, by its HRESULT's class; class `unknown` when it did not answer as agreed.
    func answer<Content: Decodable>(
        to request: ScriptRequest,
        _ ending: @autoclosure () -> String
    ) throws(StepFailure) -> Content {
        let (line, breach, progress) = heard.withLock { ($0.answers[request.id], $0.breach, $0.progress) }
        let what = "Windows Update's \(request.verb.rawValue)"
        if let breach { throw StepFailure(.unknown, "\(what) cannot be read: \(breach)") }
        guard let line else {
            let last = progress.map { ", after \($0)" } ?? ""
            throw StepFailure(.interrupted, "\(what) was not answered\(last): \(ending())")
        }
        let answer: Answer<Content>
        do {
            answer = try JSONDecoder().decode(Answer<Content>.self, from: Data(line.utf8))
        } catch {
            throw StepFailure(.unknown, "the answer to \(what) cannot be read: \(error)")
        }
        if let failure = answer.error {
            let detail = "\(what) failed, \(failure.hresult.text): \(failure.message) (\(failure.class))"
            throw StepFailure(failure.hresult.kind, detail)
        }
        guard let content = answer.ok else {
            throw StepFailure(.unknown, "the answer to \(what) says neither ok nor error")
        }
        return content
    }
}
