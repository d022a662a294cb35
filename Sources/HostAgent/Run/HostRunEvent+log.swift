import AgentProtocol

extension HostRunEvent {
    /// The event as a constant phrase for the log.
    var phrase: String {
        switch self {
        case .accepted: "order accepted"
        case .resumed: "order taken up again"
        case .observed(let outcome): outcome.phrase
        case .stopped: "order stopped"
        case .repairing: "repairing the package database"
        case .installing: "installing"
        case .slotGranted: "reboot slot granted"
        case .slotReleased: "reboot slot released"
        case .rebooting: "rebooting"
        case .verifying: "verifying after the reboot"
        case .opening: "document begins"
        case .stepping: "step begins"
        case .restarting: "rebooting for a step"
        case .restarted: "back from the reboot for a step"
        case .restartGivenUp: "step not restarted"
        case .withdrawn: "order withdrawn"
        case .ended(.refused): "order refused"
        case .ended(.failed), .ended(.ran(.some, _)): "order failed"
        case .ended: "order done"
        }
    }

    /// What is particular about it.
    var detail: String? {
        switch self {
        case .observed(.failed(let failure)), .stopped(let failure): failure.description
        case .observed(.transacted(let complaint)): complaint?.description
        case .observed(.unscanned(let failure, _)): failure.description
        case .observed(.stillRunning(let detail)): detail
        case .observed(.settled(let losses)): losses.isEmpty ? nil : losses.joined(separator: "; ")
        case .observed(.scanned(let inventory, _)): inventory
        case .installing(let patches): patches.map { "\($0.name)=\($0.version)" }.joined(separator: " ")
        case .rebooting(let boot), .verifying(let boot), .restarting(let boot), .restarted(let boot):
            "boot \(boot.bootID)"
        case .slotGranted(let fence, let until): "fence \(fence) until \(until)"
        case .opening(let hook): hook?.rawValue
        case .stepping(let place): (place.hook.map { "\($0.rawValue) " } ?? "") + "step \(place.index + 1)"
        case .restartGivenUp(let failure): failure.description
        case .observed(.stepped(let run)): run.complaint ?? run.exitCode.map { "exit code \($0)" }
        case .ended(.refused(let reason, let detail)): "\(reason.rawValue): \(detail)"
        case .ended(.failed(let kind, let detail, _, _)): "\(kind.rawValue): \(detail)"
        case .ended(.ran(let kind?, let detail)): "\(kind.rawValue): \(detail ?? "")"
        case .accepted, .resumed, .observed, .repairing, .slotReleased, .ended, .withdrawn: nil
        }
    }
}

extension HostRunOutcome {
    fileprivate var phrase: String {
        switch self {
        case .refreshed: "package indexes fetched"
        case .surveyed: "packages surveyed"
        case .repaired: "package database repaired"
        case .simulated: "transaction simulated"
        case .sifted: "patches tried one by one"
        case .downloaded: "archives downloaded"
        case .transacted: "package transaction ended"
        case .scanned: "host scanned"
        case .unscanned: "host not scanned"
        case .inspected: "host inspected"
        case .settled: "host settled"
        case .stepped: "step ended"
        case .stillRunning: "still running after the reboot command"
        case .failed: "step failed"
        }
    }
}

extension HostRunFact {
    /// One word for the log and the status.
    var word: String {
        switch self {
        case .accepted: "accepted"
        case .refused(let reason, _): "refused (\(reason.rawValue))"
        case .installing: "installing"
        case .rebooting: "rebooting"
        case .verifying: "verifying"
        case .scanned: "scanned"
        case .installed: "installed"
        case .ran(let kind, _): kind.map { "failed (\($0.rawValue))" } ?? "ran"
        case .failed(let kind, _, _, _): "failed (\(kind.rawValue))"
        }
    }
}
