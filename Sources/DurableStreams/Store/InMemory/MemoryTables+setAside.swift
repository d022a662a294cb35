package import Time

extension MemoryTables {
    /// The latest messages that were set aside, newest first.
    package func setAside(limit: Int) -> [SetAsideMessage] {
        let rows = setAside.values.sorted {
            ($1.at, $0.message.stream, $0.message.id) < ($0.at, $1.message.stream, $1.message.id)
        }
        return Array(rows.prefix(limit))
    }

    /// Those of this id that are set aside, by stream.
    package func setAside(id: String, limit: Int) -> [SetAsideMessage] {
        let rows = setAside.values.filter { $0.message.id == id }.sorted { $0.message.stream < $1.message.stream }
        return Array(rows.prefix(limit))
    }

    /// As ``SetAsideStore/settle(_:_:)``.
    package mutating func settle(_ key: MessageKey, _ request: SettlementRequest, at now: Timestamp) -> Settlement? {
        guard let settled = setAside.removeValue(forKey: key) else { return nil }
        let isSetAside = if case .setAside = answers[key] { true } else { false }
        switch request.verb {
        case .retry:
            if isSetAside { answers[key] = nil }
            inboxes[key.stream.shard].insert(settled.message)
        case .discard:
            if isSetAside {
                answers[key] = .refused(code: Settlement.discardedCode, detail: request.discardedDetail)
            }
        }
        let settlement = Settlement(request: request, at: now, settled: settled)
        settlements.append(settlement)
        return settlement
    }

    /// The latest settlements, newest first.
    package func settlements(of id: String?, limit: Int) -> [Settlement] {
        Array(settlements.reversed().filter { id == nil || $0.settled.message.id == id }.prefix(limit))
    }
}
