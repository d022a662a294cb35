/// The class of a failed host run.
package enum FailureKind: String, Codable, Sendable, CaseIterable {
    case repository, lock, disk, conflict, script, signature, network, timeout, interrupted
    case vanishedVersion = "vanished-version"
    case rebootFailed = "reboot-failed"
    case windowClosed = "window-closed"
    case unknown
}
