import Glibc

/// The account that the server runs as when this process is root, which PostgreSQL refuses.
struct ServiceAccount: Sendable {
    let name: String
    let userID: uid_t
    let groupID: gid_t

    /// nil when this process is not root: the server then runs as the same user.
    ///
    /// - Parameter folder: where the server's files are already; whoever owns them goes on with them.
    static func forServer(of folder: String) throws(EmbeddedPostgresError) -> Self? {
        guard geteuid() == 0 else { return nil }
        if let found = Folder.status(folder), found.st_uid != 0 {
            return Self(name: "number \(found.st_uid)", userID: found.st_uid, groupID: found.st_gid)
        }
        for name in ["postgres", "nobody"] {
            if let account = find(name) { return account }
        }
        throw .folder(path: "/etc/passwd", reason: "it has neither the user postgres nor nobody to run the server as")
    }

    private static func find(_ name: String) -> Self? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, let found else { return nil }
        return Self(name: name, userID: found.pointee.pw_uid, groupID: found.pointee.pw_gid)
    }
}
