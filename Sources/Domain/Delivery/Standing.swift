/// What others are told of something.
package enum Standing: Codable, Equatable, Sendable {
    case node(NodeStanding)
    case cycle(CycleStanding)

    /// What is to be said next to one who was told the former, so that this is known; nil when nothing is.
    ///
    /// Whatever came between two notices is left out: who is told late is told how things are, not how they were.
    ///
    /// - Parameter told: nil for one who was told nothing.
    package func notice(after told: Self?, to recipient: Recipient) -> NoticeKind? {
        switch self {
        case .node(let node):
            let former: NodeStanding? = if case .node(let former) = told { former } else { nil }
            return node.notice(after: former, wantsChanges: recipient.wantsChanges)
        case .cycle(let cycle):
            let former: CycleStanding? = if case .cycle(let former) = told { former } else { nil }
            return cycle.notice(after: former)
        }
    }

    /// What an outbox that has the former takes it for.
    package func settled(after former: Self?) -> Self {
        guard case .node(let node) = self, case .node(let former) = former else { return self }
        return .node(node.settled(after: former))
    }

    /// Whether nothing is to be told that the other did not tell.
    func says(asMuchAs other: Self?) -> Bool {
        guard case .node(let node) = self, case .node(let other) = other else { return self == other }
        return node.says(asMuchAs: other)
    }

    /// Whether an outbox that has the other is to be told of this.
    ///
    /// - Parameter known: nil where there is no outbox: one is made for what is to be told alone.
    package func isNews(after known: Self?) -> Bool {
        guard let known else {
            return switch self {
            case .node(let node): node.isOpen
            case .cycle(let cycle): cycle.notice(after: nil) != nil
            }
        }
        return !settled(after: known).says(asMuchAs: known)
    }
}

extension NodeStanding {
    fileprivate func notice(after told: Self?, wantsChanges: Bool) -> NoticeKind? {
        guard let told, told.isOpen else { return isOpen ? .nodeOpened : nil }
        guard isOpen else { return .nodeClosed }
        if overdue.hasMore(than: told.overdue) { return .nodeEscalated }
        return wantsChanges && !says(asMuchAs: told) ? .nodeChanged : nil
    }
}

extension CycleStanding {
    fileprivate func notice(after told: Self?) -> NoticeKind? {
        guard told?.endedAt == nil else { return nil }
        if endedAt != nil { return .cycleEnded }
        guard let need, need.id != told?.need?.id else { return nil }
        return .cycleNeedsDecision
    }
}

/// What a notice says; receivers tell by it what to do.
package enum NoticeKind: String, Codable, Sendable, CaseIterable {
    case nodeOpened = "node.opened"
    case nodeChanged = "node.changed"
    case nodeEscalated = "node.escalated"
    case nodeClosed = "node.closed"
    case cycleNeedsDecision = "cycle.decision-needed"
    case cycleEnded = "cycle.ended"
}
