import Glibc

/// Gives memory back before a long wait.
enum IdleMemory {
    /// Hands the code pages of the program and its libraries back to the kernel.
    ///
    /// Starting up and carrying out an order touch most of a statically linked program; a long poll needs little of it. Code
    /// pages are clean, so dropping them loses nothing: what runs next is mapped in again from the page cache.
    static func release() {
        // Without the list of mappings nothing is given back, which harms nobody.
        guard let maps = try? DurableFile.text("/proc/self/maps") else { return }
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard fields.count == 6, fields[1] == "r-xp", fields[5].contains("/") else { continue }
            let bounds = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard bounds.count == 2, let start = UnsafeMutableRawPointer(bitPattern: bounds[0]) else { continue }
            madvise(start, Int(bounds[1] - bounds[0]), MADV_DONTNEED)
        }
    }
}
