import Glibc

extension ProcessTable {
    /// Kills every process that was begun with the variable, `NAME=VALUE`.
    func kill(withVariable variable: String) {
        for id in ids where id != Int(getpid()) && variables(of: id).contains(Substring(variable)) {
            _ = Glibc.kill(pid_t(id), SIGKILL)
        }
    }

    /// As `NAME=VALUE`; none of a process that cannot be looked at.
    private func variables(of id: Int) -> [Substring] { text("\(id)/environ")?.split(separator: "\0") ?? [] }
}
