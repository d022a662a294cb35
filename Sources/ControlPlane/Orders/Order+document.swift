import AgentProtocol
import Domain

extension Order.Hooks {
    /// nil for what has none.
    init?(of operation: RolloutSpec.Operation) {
        guard case .install(let work) = operation, let hooks = work.hooks else { return nil }
        self.init(
            beforeInstall: hooks.beforeInstall.map(Order.Document.init),
            afterInstall: hooks.afterInstall.map(Order.Document.init),
            afterReboot: hooks.afterReboot.map(Order.Document.init),
            onExit: hooks.onExit.map(Order.Document.init)
        )
    }
}

extension Order.Document {
    init(_ document: Document) { self.init(name: document.name, steps: document.steps.map(Order.Step.init)) }
}

extension Order.Step {
    init(_ step: DocumentStep) {
        self.init(
            name: step.name,
            work: Work(step.work),
            platform: step.platform.map { platform in
                switch platform {
                case .linux: .linux
                case .windows: .windows
                }
            },
            timeoutSeconds: step.timeoutSeconds,
            user: step.user,
            environment: step.environment,
            successCodes: step.successCodes
        )
    }
}

extension Order.Step.Work {
    init(_ work: DocumentStep.Work) {
        switch work {
        case .script(let text, .bash): self = .script(text, shell: .bash)
        case .script(let text, .powershell): self = .script(text, shell: .powershell)
        case .command(let arguments): self = .command(arguments)
        }
    }
}
