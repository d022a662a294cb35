import Crypto
import Glibc

/// The journal on disk: each line is the first 16 hexadecimal digits of its SHA-256, a space, and JSON.
///
/// The digest tells a torn write from a whole one.
package struct FramedFile: JournalFile {
    private let path: String
    private var length = 0

    package init(path: String) { self.path = path }

    package mutating func load() throws(JournalFailure) -> [[UInt8]] {
        let content = try Self.read(path)
        length = content.length
        if content.isTorn {
            guard truncate(path, off_t(length)) == 0 else {
                throw JournalFailure(FileFailure("cut the torn end of", path, errno).description)
            }
        }
        return content.lines
    }

    /// The whole lines of a journal that another process may be writing; changes nothing.
    package static func peek(_ path: String) throws(JournalFailure) -> [[UInt8]] { try read(path).lines }

    package mutating func append(_ line: [UInt8]) throws(JournalFailure) {
        let framed = Self.framed(line)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalFailure(FileFailure("open", path, errno).description) }
        defer { close(descriptor) }
        // What somebody took away while the agent runs cannot be gone on behind.
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= length else {
            throw JournalFailure(
                """
                the journal \(path) has \(size) of \(length) bytes: it was removed or cut while the agent runs; put it back, or \
                \(Self.startingAfresh)
                """
            )
        }
        do throws(FileFailure) {
            // An append that failed may have left a part of its line.
            guard ftruncate(descriptor, off_t(length)) == 0 else { throw FileFailure("cut", path, errno) }
            try DurableFile.writeAll(framed, to: descriptor, path)
            guard fsync(descriptor) == 0 else { throw FileFailure("synchronise", path, errno) }
            if length == 0 { try DurableFile.synchronise(folderOf: path) }
        } catch {
            // Readers take a torn line for what it is; cutting it off now merely gives the space back.
            _ = ftruncate(descriptor, off_t(length))
            throw JournalFailure(error.description)
        }
        length += framed.count
    }

    package mutating func replace(with lines: [[UInt8]]) throws(JournalFailure) {
        let bytes = lines.flatMap(Self.framed)
        do throws(FileFailure) {
            try DurableFile.write(bytes, to: path, mode: 0o600)
        } catch {
            throw JournalFailure(error.description)
        }
        length = bytes.count
    }

    private static let startingAfresh = """
        start the agent again: it begins afresh and knows nothing of an order under way, whose run ends at its deadline \
        unless the control plane offers the order again
        """

    // MARK: - Frames

    private struct Content {
        var lines: [[UInt8]] = []
        /// Bytes of the whole lines.
        var length = 0
        var isTorn = false
    }

    private static func read(_ path: String) throws(JournalFailure) -> Content {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try DurableFile.read(path) ?? []
        } catch {
            throw JournalFailure(error.description)
        }
        var content = Content()
        while content.length < bytes.count {
            let end = bytes[content.length...].firstIndex(of: newline)
            guard let end, let line = unframed(bytes[content.length..<end]) else { break }
            content.lines.append(line)
            content.length = end + 1
        }
        content.isTorn = content.length < bytes.count
        // A torn end is a crash's; a broken line before whole ones is not.
        let rest = bytes[content.length...].split(separator: newline)
        guard !rest.dropFirst().contains(where: { unframed($0) != nil }) else {
            throw JournalFailure(
                """
                the journal \(path) is damaged at line \(content.lines.count + 1) and goes on behind it; move it aside and \
                \(startingAfresh)
                """
            )
        }
        return content
    }

    private static func framed(_ line: [UInt8]) -> [UInt8] { digest(of: line[...]) + [space] + line + [newline] }

    private static func unframed(_ frame: ArraySlice<UInt8>) -> [UInt8]? {
        guard frame.count > digestLength, frame[frame.startIndex + digestLength] == space else { return nil }
        let line = frame.dropFirst(digestLength + 1)
        return digest(of: line) == Array(frame.prefix(digestLength)) ? Array(line) : nil
    }

    private static func digest(of line: ArraySlice<UInt8>) -> [UInt8] {
        Array(Hexadecimal.text(SHA256.hash(data: line).prefix(digestLength / 2)).utf8)
    }
}

private let digestLength = 16
private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")
