import Foundation

/// A process of this machine, and what the kernel has counted of it.
struct ProcessID: Hashable, Sendable {
    let number: Int32

    static let own = Self(number: getpid())

    init(number: Int32) { self.number = number }

    /// The server that keeps its data there.
    init(postmasterOf dataDirectory: String) throws {
        let lines = try String(contentsOfFile: dataDirectory + "/postmaster.pid", encoding: .utf8)
        guard let number = lines.split(separator: "\n").first.flatMap({ Int32($0) }) else {
            throw Incomplete(what: "\(dataDirectory)/postmaster.pid names no process")
        }
        self.number = number
    }

    /// The child of this process whose command line has the word; nil when there is none.
    static func child(with word: String) throws -> Self? {
        try all().first { process in
            guard process.fields?[1] == Double(getpid()),
                let line = try? String(contentsOfFile: "/proc/\(process.number)/cmdline", encoding: .utf8)
            else { return false }
            return line.split(separator: "\0").contains(Substring(word))
        }
    }

    var hasEnded: Bool { fields == nil }

    /// Asks it to end.
    func terminate() { kill(number, SIGTERM) }

    /// User and system time; 0 once it has ended.
    var cpuSeconds: Double {
        // Finer than the ticks of another process.
        guard self != .own else { return Self.ownCPUSeconds }
        return (fields.map { $0[11] + $0[12] } ?? 0) / Self.ticks
    }

    /// Its own, its children's, and that of its children that have ended.
    var cpuSecondsWithChildren: Double {
        get throws {
            let ended = fields.map { $0[13] + $0[14] } ?? 0
            let living = try Self.all().reduce(0) { sum, process in
                process.fields?[1] == Double(number) ? sum + process.cpuSeconds : sum
            }
            return ended / Self.ticks + living + cpuSeconds
        }
    }

    /// Time that the machine's cores had nothing to do.
    static var machineIdleSeconds: Double {
        get throws {
            let line = try String(contentsOfFile: "/proc/stat", encoding: .utf8).prefix { $0 != "\n" }
            let columns = line.split(separator: " ").map { Double($0) ?? 0 }
            // Idle, and waiting for the disk.
            return columns.dropFirst(4).prefix(2).reduce(0, +) / ticks
        }
    }

    /// Resident memory now and at its highest, in MiB.
    var residentMiB: (now: Int, highest: Int) { (status("VmRSS") >> 10, status("VmHWM") >> 10) }

    // MARK: - Steps

    private static var ownCPUSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
    }

    private static let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))

    private static func all() throws -> [Self] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0).map(Self.init(number:)) }
    }

    /// The numbers behind the program's name in `/proc/PID/stat`; nil when the process has ended.
    private var fields: [Double]? {
        guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
    }

    /// A line of `/proc/PID/status`, in KiB.
    private func status(_ key: String) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
        return line?.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? 0
    }
}
