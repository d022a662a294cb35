import Domain
import Testing

/// Who keeps a ticket of a node by its notices alone.
struct TicketReceiver {
    private(set) var isOpen = false
    private(set) var overdue: Int?
    private var last = 0
    private var isDoubtful = false

    /// The sender has given up; the notice is what it took all the same.
    mutating func doubt(_ notice: Notice?, _ comment: Comment) {
        if let notice { take(notice, comment) }
        isDoubtful = true
    }

    mutating func take(_ notice: Notice, _ comment: Comment) {
        guard case .node(let node) = notice.standing, notice.number != last else { return }
        #expect(notice.number > last, comment)
        last = notice.number
        switch notice.kind {
        case .nodeOpened:
            #expect((isDoubtful || !isOpen) && node.isOpen, comment)
            isOpen = true
        case .nodeClosed:
            #expect((isDoubtful || isOpen) && !node.isOpen, comment)
            isOpen = false
        case .nodeEscalated, .nodeChanged: #expect(isOpen && node.isOpen, comment)
        case .cycleNeedsDecision, .cycleEnded: Issue.record(comment)
        }
        isDoubtful = false
        overdue = max(node.overdue.count, isOpen ? overdue ?? 0 : 0)
    }
}
