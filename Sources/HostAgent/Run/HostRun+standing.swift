extension HostRun {
    /// Where it stands, in words for the host's own people.
    var standing: String {
        switch phase {
        case .received, .accepted: documents.current == nil ? "accepted" : "running a document"
        case .refreshed, .surveyed, .simulated, .unsimulated: "planning"
        case .repairing: "repairing the package database"
        case .downloaded: "archives downloaded"
        case .installing: "installing"
        case .transacted, .scanned: "looking at what was done"
        case .rebooting, .rebootInDoubt: "rebooting"
        case .verifying, .verified: "verifying after the reboot"
        case .failed, .ended: "ending"
        }
    }
}
