import Foundation

/// A folder with some of the files of a proc file system.
struct FakeProc {
    private let folder: TemporaryFolder

    var path: String { folder.path }

    init() throws { folder = try TemporaryFolder() }

    func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url)
    }

    func process(_ id: Int, _ program: String, group: String, sockets: [Int] = [], maps: String = "") throws {
        try write("\(id)/comm", program + "\n")
        try write("\(id)/cgroup", "0::\(group)\n")
        try write("\(id)/maps", maps)
        let files = "\(path)/\(id)/fd"
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        for (number, inode) in sockets.enumerated() {
            try FileManager.default.createSymbolicLink(
                atPath: "\(files)/\(number)",
                withDestinationPath: "socket:[\(inode)]"
            )
        }
    }
}
