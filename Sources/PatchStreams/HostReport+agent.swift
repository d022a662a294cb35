package import AgentProtocol
package import Domain

extension HostReport {
    /// The domain's form of what an agent sent; nil when its order id is not one of ours.
    package init?(_ report: Report) {
        guard let order = OrderID(report.order), report.sequence > 0 else { return nil }
        self.init(
            index: order.index,
            attempt: order.attempt,
            sequence: report.sequence,
            happenedAt: report.at,
            fact: HostFact(report.fact),
            steps: report.steps?.map(StepOutcome.init)
        )
    }
}

extension HostFact {
    init(_ fact: HostRunFact) {
        switch fact {
        case .accepted: self = .accepted
        case .refused(let reason, let detail):
            self = .refused(RefusalCause(rawValue: reason.rawValue) ?? .malformed, detail: detail)
        case .installing: self = .installing
        case .rebooting(let boot): self = .rebooting(BootIdentity(boot))
        case .verifying(let boot): self = .verifying(BootIdentity(boot))
        case .scanned(let inventory): self = .scanned(inventory: inventory)
        case .installed(let result):
            self = .installed(
                inventory: result.inventory,
                patches: result.patches.map(PatchOutcome.init),
                reboot: result.reboot.map(RebootProof.init)
            )
        case .ran(let kind, let detail):
            self = .ran(kind.map { FailureClass(rawValue: $0.rawValue) ?? .unknown }, detail: detail)
        case .failed(let kind, let detail, let inventory, let patches):
            self = .failed(
                FailureClass(rawValue: kind.rawValue) ?? .unknown,
                detail: detail,
                inventory: inventory,
                patches: patches.map(PatchOutcome.init)
            )
        }
    }
}

extension StepOutcome {
    init(_ result: StepResult) {
        self.init(
            hook: result.hook.flatMap { Hook(rawValue: $0.rawValue) },
            name: result.name,
            state: State(rawValue: result.state.rawValue) ?? .failed,
            exitCode: result.exitCode,
            milliseconds: result.milliseconds,
            attempts: result.attempts,
            output: result.output
        )
    }
}

extension BootIdentity {
    package init(_ facts: BootFacts) { self.init(bootID: facts.bootID, kernel: facts.kernel) }
}

extension RebootProof {
    init(_ result: RebootResult) {
        self.init(
            before: BootIdentity(result.before),
            after: BootIdentity(result.after),
            isConfirmed: result.outcome == .confirmed,
            reasons: result.reasons,
            outcome: result.outcome == .confirmed ? nil : RebootOutcome(rawValue: result.outcome.rawValue),
            missing: result.missing,
            isKernelOrdered: result.isKernelOrdered
        )
    }
}

extension PatchOutcome {
    init(_ result: PatchResult) {
        self.init(
            patch: Patch(
                name: result.patch.name,
                architecture: result.patch.architecture,
                version: result.patch.version
            ),
            state: State(rawValue: result.state.rawValue) ?? .failed,
            before: result.versionBefore,
            after: result.versionAfter,
            failure: result.failure.map { FailureClass(rawValue: $0.rawValue) ?? .unknown },
            output: result.output.map { String(decoding: $0.utf8.prefix(Self.maximumOutput), as: UTF8.self) }
        )
    }
}
