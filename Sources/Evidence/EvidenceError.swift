/// Why a bundle cannot be built or read.
package enum EvidenceError: Error, Equatable, CustomStringConvertible {
    case exists(folder: String)
    case notBegun(period: String)
    case brokenLog(String)
    case missingContent(String)
    case file(String, reason: String)
    case noKey(file: String)
    case noColumn(file: String)
    case noBundle(folder: String)

    package var description: String {
        switch self {
        case .exists(let folder): "will not build into \(folder): it is there already; name a folder that is not"
        case .notBegun(let period): "cannot build evidence of \(period): the month has not begun"
        case .brokenLog(let what):
            "cannot build evidence: the log is not as it was written, \(what); look at `ringmaster log verify`"
        case .missingContent(let what):
            "cannot build evidence: \(what) is named in the log and is not stored; restore the database from a backup "
                + "that has both"
        case .file(let path, let reason): "cannot use \(path): \(reason)"
        case .noKey(let file):
            "\(file) holds no Ed25519 key; `ringmaster evidence key` shows the public one of the control plane"
        case .noColumn(let file):
            "\(file) is no list of hosts: its first line must name a column node, id, instance_id, name or hostname"
        case .noBundle(let folder): "\(folder) is no evidence bundle: it has no manifest.json"
        }
    }
}
