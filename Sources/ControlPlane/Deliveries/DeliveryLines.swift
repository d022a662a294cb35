import Domain
package import DurableStreams
package import Logging
package import Time

/// A line of tasks for each destination that anything is to be brought to: none waits for another's answers.
package struct DeliveryLines: Sendable {
    /// How often it is looked whether a destination needs a line.
    private static let interval = Duration.seconds(2)

    private let name: String
    private let store: PostgresStore
    private let hints: Hints
    private let handler: TaskHandler
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// - Parameters:
    ///   - name: of the worker; those of two that live at a time differ.
    ///   - handler: what carries a delivery out, as ``DeliveryWorker/carryOut(_:)``.
    package init(
        name: String,
        store: PostgresStore,
        hints: Hints,
        handler: @escaping TaskHandler,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        (self.name, self.store, self.hints, self.handler) = (name, store, hints, handler)
        (self.now, self.logger) = (now, logger)
    }

    /// Brings what is to be brought until the task is cancelled, then finishes what is under way.
    ///
    /// A line stays once it was needed: there are as many as the policy has had destinations since the process started.
    package func run() async {
        await withDiscardingTaskGroup { group in
            var open: Set<String> = []
            while !Task.isCancelled {
                for kind in await kinds() where open.insert(kind).inserted {
                    let runner = runner(of: kind)
                    group.addTask { await runner.run() }
                }
                do { try await Task.sleep(for: Self.interval) } catch { return }
            }
        }
    }

    // MARK: - Steps

    private func kinds() async -> [String] {
        do throws(StoreError) {
            return try await store.taskKinds(startingWith: Delivery.kindPrefix)
        } catch {
            logger.warning("it is not known who is to be told; trying again", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func runner(of kind: String) -> TaskRunner {
        TaskRunner(
            worker: "\(name)/\(kind)",
            store: store,
            hints: hints,
            handlers: [kind: handler],
            configuration: .deliveries(of: kind),
            now: now,
            logger: logger
        )
    }
}
