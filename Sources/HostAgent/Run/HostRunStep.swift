package import AgentProtocol
package import Time

/// What a host run wants done next.
package enum HostRunStep: Equatable, Sendable {
    /// Write the event to the journal, then feed it to ``HostRun/apply(_:at:)``.
    case record(HostRunEvent)
    /// Carry out the effect, then record what came of it as ``HostRunEvent/observed(_:)``.
    case perform(HostRunEffect)
    /// Ask the control plane for a reboot slot of the order's group; record a grant as ``HostRunEvent/slotGranted(fence:until:)``.
    case askForSlot
    /// Tell the control plane that the host is back, then record ``HostRunEvent/slotReleased``, whether it heard or not.
    case releaseSlot(RebootSlotRelease)
    /// Ask again when it is this time.
    case wait(until: Timestamp)
    /// Nothing: the run has its terminal report.
    case done
}

/// Something done to or learned from the host.
///
/// Everything that changes the host has its intent in the journal before; see ``HostRunEvent``.
package enum HostRunEffect: Equatable, Sendable {
    /// Fetch the package indexes, strictly.
    case refresh
    /// Read the state of the ordered packages.
    ///
    /// - Parameter isPatient: a transaction of this run may go on without its agent; its end is waited for.
    case survey(isPatient: Bool = false)
    /// Complete what an earlier package transaction left half done.
    ///
    /// - Parameter deadline: from then on it does not begin; nil for what this run itself began.
    case repair(deadline: Timestamp?)
    /// Ask the package manager what it would do.
    case simulate([PatchReference])
    /// Ask the same for each patch by itself.
    case sift([PatchReference])
    /// Fetch every archive that the transaction needs.
    case download([PatchReference])
    /// The package transaction.
    case install([PatchReference])
    /// Read and keep the whole inventory, and survey.
    case scan
    /// See what the host offers.
    case inspect
    /// See what the host, in its new boot, offers of what it did before; wait for what is missing.
    case settle(since: HostCondition)
    /// Run a step of a document to its end.
    case runStep(StepTask)
    /// Run the reboot command and wait to be ended by it.
    case reboot
}

/// What came of an effect.
package enum HostRunOutcome: Codable, Equatable, Sendable {
    case refreshed
    case surveyed(HostSurvey)
    case repaired
    case simulated([PlannedChange])
    case sifted([PatchTrial])
    case downloaded
    /// The package manager ended; what it achieved is judged by a scan, not by this.
    case transacted(complaint: StepFailure?)
    case scanned(inventory: String, HostSurvey)
    /// There is no inventory, but the ordered packages are known.
    case unscanned(StepFailure, HostSurvey)
    case inspected(HostCondition)
    /// The host does not offer this any more, in words.
    case settled(losses: [String])
    case stepped(StepRun)
    /// The reboot command ran and this process is still there.
    case stillRunning(detail: String)
    case failed(StepFailure)
}

/// One change that the package manager would make.
package struct PlannedChange: Codable, Equatable, Sendable {
    package enum Action: String, Codable, Sendable { case install, remove }

    package var action: Action
    package var name: String
    package var architecture: String
    /// The installed version; nil when the package is new.
    package var from: String?
    /// The version that it would have; nil for a removal.
    package var to: String?

    package init(_ action: Action, name: String, architecture: String, from: String?, to: String?) {
        self.action = action
        self.name = name
        self.architecture = architecture
        self.from = from
        self.to = to
    }
    /// Whether it newly installs exactly this package.
    func brings(_ package: PatchReference) -> Bool {
        action == .install && from == nil && name == package.name && architecture == package.architecture
            && to == package.version
    }
}
