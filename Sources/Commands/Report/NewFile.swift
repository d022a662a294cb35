import ArgumentParser
import FoundationEssentials
import Glibc
import SystemPackage

/// A file that is written beside its place and takes it when it is whole.
struct NewFile {
    private let path: String
    private let partial: String
    private let descriptor: FileDescriptor

    init(path: String) throws {
        (self.path, partial) = (path, "\(path).partial-\(getpid())")
        let folder = URL(filePath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            descriptor = try FileDescriptor.open(
                FilePath(partial),
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw Self.failure(path, error)
        }
    }

    func write(_ data: Data) throws {
        do { _ = try descriptor.writeAll(data) } catch { throw Self.failure(path, error) }
    }

    func publish() throws {
        do {
            guard fsync(descriptor.rawValue) == 0, rename(partial, path) == 0 else { throw Errno(rawValue: errno) }
            try descriptor.close()
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Takes away what was written; nobody is left to hear that it could not be.
    func discard() { unlink(partial) }

    private static func failure(_ path: String, _ error: any Error) -> CommandFailure {
        CommandFailure("cannot write the report to \(path): \(error)", exitCode: .outputFailed)
    }
}
