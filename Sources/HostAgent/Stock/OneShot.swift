import AgentProtocol
import Logging
import Time

/// An agent that carries out the order that waits, and ends: a stock agent starts it for each, and again after a reboot.
package struct OneShot: Sendable {
    /// How it came to its end.
    package enum Ending: Equatable, Sendable {
        /// Nothing is left to do.
        case done
        /// The host has to be rebooted, and this be started again.
        case reboot
        /// The control plane could not be talked to for long; the next start goes on from what is kept.
        case unfinished(String)
    }

    /// How long a control plane is asked that does not answer.
    private static let answerPatience = Duration.seconds(600)
    /// How long reports are tried to be delivered when nothing else is left to do.
    private static let deliveryPatience = Duration.seconds(3_600)
    /// The same before a reboot, after which there is time for them again.
    private static let shortPatience = Duration.seconds(30)
    /// How long a reboot takes at most to end the host's boot once it is asked for: stock agents give people a minute.
    package static let rebootPatience = Duration.seconds(420)
    /// How many orders are looked at that are none to carry out.
    private static let maximumOffers = 3

    private let bench: Workbench
    private let reboots: AskedReboot

    /// - Parameter reboots: by which the bench's executor reboots the host.
    package init(_ bench: Workbench, reboots: AskedReboot) {
        self.bench = bench
        self.reboots = reboots
    }

    /// Goes on with what the journal holds, then carries out the order that waits.
    ///
    /// - Parameter key: the order key that the stock agent was given; one that was neither the first of this host nor made known
    ///   by those that it trusts is refused.
    /// - Throws: ``AgentFailure`` for such a key, and when the order that waits is none to carry out; ``JournalFailure``.
    package func run(givenKey key: String) async throws -> Ending {
        try await bench.ledger.load()
        let ending = try await withThrowingTaskGroup(of: Ending?.self) { group in
            group.addTask {
                try await bench.work.patiently("reports cannot be kept track of") { try await bench.sender.run() }
                return nil
            }
            group.addTask {
                try await reboots.asked()
                return .reboot
            }
            group.addTask { try await serve(key) }
            defer { group.cancelAll() }
            while let ending = try await group.next() { if let ending { return ending } }
            throw CancellationError()
        }
        return try await end(ending)
    }

    // MARK: - Steps

    private func serve(_ key: String) async throws -> Ending {
        try await bench.work.patiently("what the host does cannot be told", awaitReboot)
        try await bench.work.resume()
        guard try await trusts(key) else {
            return .unfinished("nobody says whether the order key that was given is genuine")
        }
        await bench.repairs?.deliver()
        var backoff = Backoff(initial: Backoff.firstPause, maximum: Self.shortPatience)
        for _ in 0..<Self.maximumOffers {
            // Until its reports are there, the last order is offered again.
            try await bench.ledger.waitForOutbox(atMost: Self.shortPatience, on: bench.clock) { $0.isEmpty }
            guard let offer = try await fetch() else { return .unfinished("the control plane gives no order") }
            guard let envelope = offer else {
                bench.logger.info("nothing is left to do")
                return .done
            }
            switch try await bench.work.take(envelope) {
            case .take:
                try await bench.work.carryOut()
                return .done
            // Its end is told again, and the order goes away by it.
            case .repeated: return .done
            case .refuse, nil: try await bench.clock.sleep(for: backoff.next())
            }
        }
        throw AgentFailure("the order that waits is none that this host carries out; the lines above say why")
    }

    /// A reboot that was asked for before is on its way: whoever is quicker than it must not ask for another.
    private func awaitReboot() async throws {
        guard let asked = await bench.ledger.activeRun?.rebootAsked(in: try await reboots.current()) else { return }
        let left = asked + Self.rebootPatience - bench.now()
        guard left > .zero else { return }
        bench.logger.info("waiting for the reboot that was asked for", metadata: ["at": "\(asked)"])
        try await bench.clock.sleep(for: min(left, Self.rebootPatience))
    }

    /// Whether the key is one of this host's, when all that the control plane says of its keys was heard.
    ///
    /// - Returns: false when it does not answer.
    /// - Throws: ``AgentFailure`` for another key.
    private func trusts(_ key: String) async throws -> Bool {
        guard !bench.keyring.hasTrusted(key) else { return true }
        var backoff = Backoff.link
        let timeLeft = bench.clock.countdown(from: Self.answerPatience)
        while try await !bench.work.learnKeys() {
            let pause = backoff.next()
            guard pause < timeLeft() else { return false }
            try await bench.clock.sleep(for: pause)
        }
        guard bench.keyring.hasTrusted(key) else {
            throw AgentFailure(
                """
                the order key that was given, \(key), is not the one that this host was first given, and no key that it trusts has \
                signed it over: if the host belongs to another control plane now, remove its state folder; if not, somebody \
                gives orders in the control plane's name
                """
            )
        }
        return true
    }

    /// The order that waits, if any; nil when the control plane did not answer in time.
    private func fetch() async throws -> OrderEnvelope?? {
        var backoff = Backoff.link
        let timeLeft = bench.clock.countdown(from: Self.answerPatience)
        while true {
            do throws(LinkFailure) {
                return .some(try await bench.link.nextOrder(wait: .zero))
            } catch {
                try Task.checkCancellation()
                let pause = backoff.wait(after: error)
                bench.logger.warning(
                    "no order can be fetched; trying again",
                    metadata: ["error": "\(error)", "in": "\(pause)"]
                )
                guard pause < timeLeft() else { return nil }
                try await bench.clock.sleep(for: pause)
            }
        }
    }

    /// Delivers what there is to tell.
    private func end(_ ending: Ending) async throws -> Ending {
        let isDelivered = try await deliver(within: ending == .done ? Self.deliveryPatience : Self.shortPatience)
        await bench.sweep()
        guard ending == .done, !isDelivered else { return ending }
        return .unfinished("the control plane does not take the reports of this host")
    }

    private func deliver(within limit: Duration) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await bench.sender.drain()
                return true
            }
            group.addTask {
                try await bench.clock.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }
}
