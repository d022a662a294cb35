/// The class of a failed host run.
package enum FailureKind: String, Codable, Sendable, CaseIterable {
    case repository, lock, disk, conflict, script, signature, network, timeout, interrupted
    case vanishedVersion = "vanished-version"
    case rebootFailed = "reboot-failed"
    case windowClosed = "window-closed"
    /// Ended before its time, because the control plane did not want it any more.
    case cancelled
    case unknown
}
