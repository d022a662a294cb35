extension ClosureForecast {
    /// Whether things as they are planned leave the finding open for longer than they may.
    package var isMiss: Bool { if case .misses = self { true } else { false } }

    /// The window in which it will be closed, in time or late; nil when none will close it, or it may stay open.
    package var window: WindowOccurrence? {
        switch self {
        case .closes(let window), .misses(.windowTooLate(let window)): window
        case .misses(.waitsForApproval(_, let next)): next
        case .waived, .misses: nil
        }
    }

    /// For people, in one sentence without its full stop.
    package var text: String {
        switch self {
        case .closes(let window): "closes in the window of \(window.opens)"
        case .waived(let end): "waived until \(end)"
        case .misses(let reason): "misses: \(reason.text)"
        }
    }
}

extension ClosureForecast.Reason {
    fileprivate var text: String {
        switch self {
        case .noWindow: "no window is planned in which its hosts are patched"
        case .windowTooLate(let window): "the next window, that of \(window.opens), ends after it is due"
        case .waitsForApproval(let day, let next?):
            "approved from \(day) on, after the windows that are in time; the next is that of \(next.opens)"
        case .waitsForApproval(let day, nil): "approved from \(day) on, and no window is planned after that"
        case .rejected(let entry): "rejected by the entry \(entry)"
        case .notApproved(let obstacle): Judgement.notApproved(obstacle).text
        case .obstructed(let obstacle): Explanation.text(obstacle).trimmedFullStop
        case .notOffered: "no repository of the host offers a version with the fix"
        }
    }
}

extension String {
    var trimmedFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
