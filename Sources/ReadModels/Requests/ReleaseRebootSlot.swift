/// The body of `POST /api/v1/reboot-slots/GROUP/release`.
package struct ReleaseRebootSlot: Decision, Codable, Equatable, Sendable {
    /// As `slots show` names it, such as `node/mi-…`.
    package var holder: String
    package var reason: String
    package var by: String?

    package init(holder: String, reason: String, by: String?) {
        self.holder = holder
        self.reason = reason
        self.by = by
    }
}
