import Glibc

extension ProcessTable {
    /// Kills every process that was begun with all of the variables.
    func kill(withVariables wanted: [String: String]) {
        let wanted = wanted.map { Substring("\($0)=\($1)") }
        for id in ids where id != Int(getpid()) && wanted.allSatisfy(variables(of: id).contains) {
            _ = Glibc.kill(pid_t(id), SIGKILL)
        }
    }

    /// As `NAME=VALUE`; none of a process that cannot be looked at.
    private func variables(of id: Int) -> [Substring] { text("\(id)/environ")?.split(separator: "\0") ?? [] }
}
