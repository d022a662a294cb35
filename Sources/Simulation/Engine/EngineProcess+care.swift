import DurableStreams

/// What an engine does that has ended too often.
extension EngineProcess {
    /// Looks how the last engine of this name ended.
    func beginLife() {
        let name = name
        ask(.write, { store in store.change { $0.begin(engine: name, at: store.now) } }, orElse: fail) { [self] start in
            hasBegun = true
            let suspect = world.plan.defect == .blamesAtOnce ? fatal.first : start.suspect
            if let suspect { owner.condemn(suspect, "its engine ended while it decided this") }
            if start.deaths >= configuration.carefulAfterDeaths {
                world.note(.engineCareful)
                world.tell(name, "decides one by one")
                isCareful = true
                owner.decideSingly(true)
            }
            step()
        }
    }

    /// Notes what is decided next, until all that waited is decided.
    func takeCare(_ hasPolled: Bool, then: @escaping () -> Void) {
        let (name, next) = (name, owner.nextDecision())
        if let next { suspects.append(next) }
        ask(.write, { store in store.change { $0.note(suspect: next, of: name) } }, orElse: fail) { [self] _ in
            suspects = next.map { [$0] } ?? []
            if next == nil, hasPolled, !pace.isBehind, !owner.ownedShards.isEmpty {
                isCareful = false
                owner.decideSingly(false)
            }
            then()
        }
    }

    /// Whether a decider has just trapped: then the process has ended, and nothing it decided is written.
    func isTrapped() -> Bool {
        guard let message = trap.reset() else { return false }
        world.tell(name, "traps in the decision of \(message.id)")
        crash(downFor: world.random.seconds(1...60))
        return true
    }

    /// One that has ended with a message by other causes is spared here, or it would be blamed, as it may be, for another's deed.
    var isSpared: Bool { isCareful && !Set(suspects).isDisjoint(with: fatal) }
}
