package import Time

extension Baseline {
    /// What keeps updates and newcomers out on a host: what the host says, and what they cannot come without being rejected or
    /// kept out itself.
    ///
    /// Whether the baseline approves them is not asked, and what it rejects is not in it for that alone.
    package func obstacles(in inventory: HostInventory, at now: Timestamp) -> [Patch: PatchObstacle] {
        var obstacles = inventory.obstacles
        let blockers = blockers(in: inventory, obstacles, at: now)
        for patch in inventory.updates.map(\.patch) + inventory.newcomers
        where obstacles[patch]?.isRepairable ?? true {
            guard let blocker = blockers[patch.name], blocker != patch.name else { continue }
            obstacles[patch] = .blocked(by: blocker)
        }
        return obstacles
    }

    func rejects(_ candidate: PatchCandidate, at now: Timestamp) -> Bool {
        if case .rejected = judge(candidate, at: now) { true } else { false }
    }

    /// By the name of what cannot come, the nearest package that is rejected or kept out; such a one is its own.
    private func blockers(
        in inventory: HostInventory,
        _ obstacles: [Patch: PatchObstacle],
        at now: Timestamp
    ) -> [String: String] {
        guard !inventory.needs.isEmpty else { return [:] }
        let candidates = inventory.updates.map(inventory.candidate) + inventory.newcomers.map(inventory.candidate)
        let roots = candidates.filter { obstacles[$0.patch]?.isOfPackage ?? rejects($0, at: now) }
        var needing: [String: [String]] = [:]
        for (name, needs) in inventory.needs { for need in needs { needing[need, default: []].append(name) } }
        var queue = Set(roots.map(\.patch.name)).sorted()
        var blockers = Dictionary(uniqueKeysWithValues: queue.map { ($0, $0) })
        var index = 0
        while index < queue.count {
            for name in (needing[queue[index]] ?? []).sorted() where blockers[name] == nil {
                blockers[name] = blockers[queue[index]]
                queue.append(name)
            }
            index += 1
        }
        return blockers
    }
}

extension PatchObstacle {
    /// Whether it is about the package; what is pinned or phased is one version that nothing needs, rejected or not.
    ///
    /// nil where it keeps nothing out.
    fileprivate var isOfPackage: Bool? {
        switch self {
        case .held, .blocked: true
        case .pinned, .phased: false
        case .broken: nil
        }
    }
}
