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
    package func setAside(id: String, in stream: StreamID?, limit: Int) -> [SetAsideMessage] {
        let rows = setAside.values.filter { $0.message.id == id && (stream == nil || $0.message.stream == stream) }
        return Array(rows.sorted { $0.message.stream < $1.message.stream }.prefix(limit))
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
    package func settlements(of id: String?, in stream: StreamID?, limit: Int) -> [Settlement] {
        let rows = settlements.reversed().filter { settlement in
            let message = settlement.settled.message
            return (id == nil || message.id == id) && (stream == nil || message.stream == stream)
        }
        return Array(rows.prefix(limit))
    }
}
