import CLinuxAgent
import Glibc

/// Gives memory back before a long wait.
enum IdleMemory {
    /// Hands back to the kernel what the heap no longer uses, and what the program and its libraries are mapped from files.
    ///
    /// Starting up and carrying out an order touch most of a statically linked program, and a scan takes megabytes of heap; a
    /// long poll needs little of either.
    static func release() {
        linux_heap_trim()
        // Without the list of mappings no more is given back, which harms nobody.
        guard let maps = try? DurableFile.text("/proc/self/smaps") else { return }
        for (start, length) in clean(in: maps) {
            guard let start = UnsafeMutableRawPointer(bitPattern: start) else { continue }
            madvise(start, length, MADV_DONTNEED)
        }
    }

    /// The read-only mappings of files of which no page is the process's own: dropping them loses nothing, for what is
    /// needed again is mapped in from the page cache.
    ///
    ///     7f12a4c00000-7f12a4e00000 r-xp 00028000 fe:00 1234     /usr/lib/x86_64-linux-gnu/libc.so.6
    ///     Rss:                 752 kB
    ///     Anonymous:             0 kB
    ///
    /// - Parameter maps: as smaps of proc(5) has them.
    static func clean(in maps: String) -> [(start: UInt, length: Int)] {
        var found: [(start: UInt, length: Int)] = []
        var candidate: (start: UInt, length: Int)?
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            if fields.first == "Anonymous:" {
                if let candidate, fields.count > 1, fields[1] == "0" { found.append(candidate) }
                candidate = nil
            } else if fields.count >= 5, !fields[0].hasSuffix(":") {
                candidate = nil
                guard fields.count == 6, ["r-xp", "r--p"].contains(fields[1]), fields[5].contains("/") else { continue }
                let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
                guard bounds.count == 2, bounds[0] < bounds[1] else { continue }
                candidate = (bounds[0], Int(bounds[1] - bounds[0]))
            }
        }
        return found
    }
}
