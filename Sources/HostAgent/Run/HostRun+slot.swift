import AgentProtocol
import Time

/// What the run does about the reboot slot that its order may need.
extension HostRun {
    /// A slot must last so much longer for the reboot to begin; the control plane renews those that do not.
    private static let leastLease = Duration.seconds(60)

    /// Whether the order needs no slot, or the run holds one.
    func mayReboot(by now: Timestamp) -> Bool {
        order.rebootSlot == nil || slot.map { $0.until - now > Self.leastLease } ?? false
    }

    /// The slot is given back before the run ends if its host is up and well: who is in trouble keeps it, so that the next one waits.
    var release: HostRunStep? {
        guard let group = order.rebootSlot, let slot, isBack else { return nil }
        return .releaseSlot(RebootSlotRelease(slot: group, fence: slot.fence))
    }

    private var isBack: Bool {
        guard reboots > 0 else { return true }
        guard let result = rebootResult else { return false }
        return result.outcome == .confirmed || (result.outcome == .oldKernel && result.isKernelOrdered == false)
    }
}
