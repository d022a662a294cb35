import DurableStreams

/// The fold of a stream's events, that of its snapshot and tail, and the state in the memory of its owner, byte for byte.
struct FoldCheck {
    let world: World

    init(_ world: World) { self.world = world }

    func check(_ stream: StreamID) throws(Violation) {
        do {
            let tables = world.store.tables
            let types = world.scenario.types
            let whole = try tables.load(stream, fromFirstEvent: true).refold(types)
            let short = try tables.load(stream, fromFirstEvent: false).refold(types)
            guard whole == short else {
                throw Checker.fail(
                    .foldIsState,
                    "\(stream) folds otherwise from its snapshot: \(difference(whole, short))"
                )
            }
            for engine in world.engines where engine.isUp {
                // One that has decided what is not yet written, or has been fenced off, is elsewhere.
                guard engine.owner.head(of: stream.shard) == tables.head(of: stream.shard),
                    let live = try engine.owner.live(stream)
                else { continue }
                guard live == whole else {
                    throw Checker.fail(
                        .foldIsState,
                        "\(stream) is otherwise in \(engine.name): \(difference(whole, live))"
                    )
                }
            }
        } catch let violation as Violation {
            throw violation
        } catch {
            throw Checker.fail(.foldIsState, "\(stream) cannot be folded: \(error)")
        }
    }

    private func difference(_ left: Snapshot?, _ right: Snapshot?) -> String {
        "\(left?.version ?? 0) \(left?.state.suffix(600) ?? "none") / \(right?.version ?? 0) \(right?.state.suffix(600) ?? "none")"
    }
}
