/// Why something is no waiver, or cannot be approved.
package enum WaiverProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Of what nothing is said.
    case missing(String)
    case tooLong(String)
    case scope
    case term
    case ownApproval
    case approvedAlready
    case tooLate

    package var description: String {
        switch self {
        case .missing(let what): "a waiver needs its \(what); say it"
        case .tooLong(let what): "the waiver's \(what) has more than \(Waiver.longestText) bytes; shorten it"
        case .scope: "a waiver names 1 to \(Waiver.mostNames) nodes, patch groups or sites, or is for the whole fleet"
        case .term: "a waiver ends after its request, and at most \(Waiver.longestDays) days after it"
        case .ownApproval: "whoever requests a waiver cannot approve it; ask somebody else"
        case .approvedAlready: "the waiver is approved already"
        case .tooLate: "the waiver's time is over, or has not begun; request another one"
        }
    }
}
