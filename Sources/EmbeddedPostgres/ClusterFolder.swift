import Glibc

/// Where a private server keeps its files.
///
/// `<data folder>/postgres` holds `data`, `socket` and `postgres.log`. When the server's account cannot reach that
/// place (a clone under /root), it is a symbolic link to a folder under /var/lib/ringmaster.
struct ClusterFolder: Sendable {
    let base: String
    let socketFolder: String
    let account: ServiceAccount?

    var cluster: String { base + "/data" }
    var log: String { base + "/postgres.log" }

    private static let sharedPlace = "/var/lib/ringmaster"
    /// `sockaddr_un` holds 108 bytes with the final NUL.
    private static let socketPathLimit = 107

    static func prepare(in dataFolder: String) throws(EmbeddedPostgresError) -> Self {
        try Folder.make(dataFolder, mode: 0o755)
        let dataFolder = try Folder.canonical(dataFolder)
        let account = try ServiceAccount.forServer(of: "\(dataFolder)/postgres")
        let base = try Self.base(in: dataFolder, for: account)
        if let account, !Folder.isTraversable(base, by: account) {
            throw .folder(path: base, reason: "the user \(account.name) cannot reach it; open the folders above it")
        }
        let socketFolder = try Self.socketFolder(of: base, for: account)
        return Self(base: base, socketFolder: socketFolder, account: account)
    }

    // MARK: - Steps

    private static func base(in dataFolder: String, for account: ServiceAccount?) throws(EmbeddedPostgresError) -> String {
        let wanted = dataFolder + "/postgres"
        if Folder.status(wanted) != nil { return try Folder.canonical(wanted) }
        guard let account, !Folder.isTraversable(dataFolder, by: account) else {
            try Folder.make(wanted, mode: 0o700, owner: account)
            return wanted
        }
        let elsewhere = try makeElsewhere(for: dataFolder, account)
        // A link whose target was removed is in the way.
        unlink(wanted)
        guard symlink(elsewhere, wanted) == 0 else { throw .folder(path: wanted, reason: Folder.lastReason()) }
        return elsewhere
    }

    /// A fresh folder each time: one that a deleted data folder left behind holds somebody's data.
    private static func makeElsewhere(
        for dataFolder: String,
        _ account: ServiceAccount
    ) throws(EmbeddedPostgresError) -> String {
        try Folder.make(sharedPlace, mode: 0o755)
        var template = Array("\(sharedPlace)/\(digest(of: dataFolder))-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .folder(path: sharedPlace, reason: Folder.lastReason()) }
        let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } } ?? ""
        try Folder.write("\(dataFolder)\n", to: "\(path)/belongs-to", owner: account)
        try Folder.give(path, to: account, mode: 0o700)
        return path
    }

    private static func socketFolder(
        of base: String,
        for account: ServiceAccount?
    ) throws(EmbeddedPostgresError) -> String {
        var path = base + "/socket"
        if path.utf8.count + "/.s.PGSQL.5432".utf8.count > socketPathLimit {
            path = (geteuid() == 0 ? "/run" : "/tmp") + "/ringmaster-\(geteuid())-\(digest(of: base))"
        }
        try Folder.make(path, mode: 0o700, owner: account)
        let owner = account?.userID ?? geteuid()
        var found = stat()
        // Under /tmp somebody else may have made it first, to read along.
        guard lstat(path, &found) == 0, found.st_mode & S_IFMT == S_IFDIR, found.st_uid == owner,
            found.st_mode & 0o077 == 0
        else { throw .folder(path: path, reason: "it must be a private folder of user number \(owner)") }
        return path
    }

    /// 64 bits of FNV-1a: a short name for a path.
    private static func digest(of path: String) -> String {
        let hash = path.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}
