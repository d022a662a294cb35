import AgentProtocol
import Glibc

/// The processes of this machine: the proc file system, read within bounds.
///
/// Processes come and go while it is read: what is gone counts as never there.
package struct ProcessTable: Sendable {
    /// How many processes are looked at, and how many open files of them in all.
    private static let maximumProcesses = 20_000
    private static let maximumFiles = 200_000

    private let folder: String

    package init(folder: String = "/proc") { self.folder = folder }

    /// One process.
    struct Entry: Equatable, Sendable {
        /// The kernel's name of it, at most 15 bytes.
        var program: String
        /// It belongs to somebody's login and not to the system.
        var isOfSession: Bool
        /// It is systemd, or one of its services or of the host's where there is no systemd.
        var isOfSystem: Bool
    }

    /// The process ids, ascending.
    var ids: [Int] { names("").compactMap { Int($0) }.sorted().prefix(Self.maximumProcesses).map(\.self) }

    func entry(_ id: Int) -> Entry {
        let program = program(of: Int32(clamping: id)) ?? ""
        let groups = (text("\(id)/cgroup") ?? "").split(separator: "\n").map { line in
            line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).last.map(String.init) ?? ""
        }
        return Entry(
            program: program,
            isOfSession: groups.contains { $0.contains("/user.slice/") },
            isOfSystem: groups.contains(where: Self.isService) || groups.allSatisfy { $0 == "/" }
        )
    }

    /// nil when the process has ended.
    func program(of id: Int32) -> String? {
        text("\(id)/comm")?.split(separator: "\n").first.map(String.init)
    }

    /// The words that the program was started with; none of a process that has ended.
    func command(of id: Int32) -> [Substring] { text("\(id)/cmdline")?.split(separator: "\0") ?? [] }

    /// systemd's service that the process belongs to such as `apt-daily.service`.
    func unit(of id: Int32) -> String? {
        (text("\(id)/cgroup") ?? "").split(separator: "\n").lazy.compactMap { line in
            line.split(separator: "/").last { $0.hasSuffix(".service") }.map(String.init)
        }.first
    }

    /// `process 7 (apt-get of apt-daily.service)`.
    func name(of id: Int32) -> String {
        let names = [program(of: id), unit(of: id).map { "of \($0)" }].compactMap(\.self)
        return "process \(id)" + (names.isEmpty ? "" : " (\(names.joined(separator: " ")))")
    }

    /// When the machine was booted by its present clock, in seconds since 1970.
    func bootTime() throws(StepFailure) -> Int64 {
        let line = text("stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let line, let seconds = Int64(line.dropFirst("btime ".count)) else {
            throw StepFailure(.unknown, "\(folder)/stat does not say when the host was booted")
        }
        return seconds
    }

    /// The sockets by their inodes and who holds them, as far as they can be seen.
    func holders(of inodes: Set<Int>) -> [Int: Entry] {
        var (holders, files) = ([Int: Entry](), 0)
        for id in ids where holders.count < inodes.count {
            for name in names("\(id)/fd") {
                files += 1
                guard files <= Self.maximumFiles else { return holders }
                guard let inode = socket(at: "\(folder)/\(id)/fd/\(name)"), inodes.contains(inode),
                    holders[inode] == nil
                else { continue }
                holders[inode] = entry(id)
            }
        }
        return holders
    }

    /// A file's text; nil where it cannot be read.
    func text(_ name: String) -> String? {
        do throws(FileFailure) {
            return try DurableFile.text("\(folder)/\(name)")
        } catch {
            return nil
        }
    }

    // MARK: - Steps

    /// `/system.slice/ssh.service`, or systemd itself; containers have scopes or groups of their own.
    private static func isService(_ group: String) -> Bool {
        let parts = group.split(separator: "/")
        guard let last = parts.last else { return false }
        return last == "init.scope" || parts.contains("system.slice") && last.hasSuffix(".service")
    }

    private func names(_ name: String) -> [String] {
        do throws(FileFailure) {
            return try DurableFile.names(in: "\(folder)/\(name)")
        } catch {
            return []
        }
    }

    /// The inode of the socket that the link names.
    private func socket(at path: String) -> Int? {
        var buffer = [CChar](repeating: 0, count: 64)
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let link = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard link.hasPrefix("socket:["), link.hasSuffix("]") else { return nil }
        return Int(link.dropFirst("socket:[".count).dropLast())
    }
}
