import AgentProtocol
import Glibc

/// A user of this machine who runs steps.
struct Account: Sendable {
    private static let bufferBytes = 64 << 10
    private static let maximumGroups = 1_024

    let name: String
    let user: uid_t
    let group: gid_t
    let home: String
    /// All groups of the user; nil for the agent's own user, whose groups stay.
    let groups: [gid_t]?

    /// - Throws: ``StepFailure`` where there is no such user, or the agent may not run anything as another.
    init(named name: String) throws(StepFailure) {
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Self.bufferBytes)
        defer { buffer.deallocate() }
        var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
        let code = getpwnam_r(name, &entry, buffer, Self.bufferBytes, &found)
        guard code == 0, found != nil else {
            let reason = code == 0 ? "" : ": \(String(cString: strerror(code)))"
            throw StepFailure(.script, "cannot be begun: this host has no user \(name)\(reason)")
        }
        self.name = name
        (user, group) = (entry.pw_uid, entry.pw_gid)
        home = entry.pw_dir.map { String(cString: $0) } ?? "/"
        guard user != geteuid() else {
            groups = nil
            return
        }
        guard geteuid() == 0 else {
            throw StepFailure(.script, "cannot be begun: an agent that is not root runs nothing as \(name)")
        }
        var count = Int32(Self.maximumGroups)
        var list = [gid_t](repeating: 0, count: Self.maximumGroups)
        guard getgrouplist(name, group, &list, &count) >= 0 else {
            throw StepFailure(.script, "cannot be begun: \(name) is in more than \(Self.maximumGroups) groups")
        }
        groups = Array(list.prefix(Int(count)))
    }
}
