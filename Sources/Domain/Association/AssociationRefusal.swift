/// Why an association does not do what a message wants.
package enum AssociationRefusal: CommandSenderRefusal {
    /// There is no such association, or it is deleted.
    case notFound
    case changedMeanwhile
    /// Of the same document for the same node.
    case alreadyExists(String)
    /// Of one site.
    case tooMany(most: Int)
    case unfitSchedule(String)
    case tooLarge(bytes: Int)

    package var isUnknown: Bool { self == .notFound }

    package var code: String {
        switch self {
        case .notFound: "association-not-found"
        case .changedMeanwhile: "association-changed-meanwhile"
        case .alreadyExists: "association-exists"
        case .tooMany: "association-limit"
        case .unfitSchedule: "association-schedule-unfit"
        case .tooLarge: "association-too-large"
        }
    }

    package var detail: String {
        switch self {
        case .notFound: "there is no such association, or it is deleted; list those that there are"
        case .changedMeanwhile: "somebody else changed the association at the same time; repeat the request"
        case .alreadyExists(let id): "the association \(id) has this document for this node; change that one"
        case .tooMany(let most): "a site has at most \(most) associations; delete others first"
        case .unfitSchedule(let problem): "the association cannot run so: \(problem); correct it and repeat"
        case .tooLarge(let bytes):
            "the parameters have \(bytes) bytes, and \(AssociationSettings.mostParameterBytes) are allowed; put what is long into a document"
        }
    }
}
