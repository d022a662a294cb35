import ArgumentParser
import FoundationEssentials
import Glibc
import SystemPackage

/// A file that is written beside its place and takes it when it is whole.
struct NewFile {
    private let path: String
    /// Of this attempt alone: others may be under way for the same place, in this process, too.
    private let partial: String
    private let descriptor: FileDescriptor

    private init(path: String, isPrivate: Bool) throws {
        (self.path, partial) = (path, "\(path).partial-\(UUID().uuidString)")
        let folder = URL(filePath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            descriptor = try FileDescriptor.open(
                FilePath(partial),
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: isPrivate ? .ownerReadWrite : [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Lets the body write the file, which takes its place when the body returns, and leaves nothing when it throws.
    ///
    /// - Parameter isPrivate: whether nobody else may read it, as in a folder that all share.
    static func with<Result>(
        path: String,
        isPrivate: Bool = false,
        _ body: (NewFile) async throws -> Result
    ) async throws -> Result {
        let file = try NewFile(path: path, isPrivate: isPrivate)
        // What was written is on the disk by then, or is not wanted.
        defer { try? file.descriptor.close() }
        do {
            let result = try await body(file)
            try file.publish()
            return result
        } catch {
            // Nobody is left to hear that it could not be taken away.
            unlink(file.partial)
            throw error
        }
    }

    func write(_ data: Data) throws {
        do { _ = try descriptor.writeAll(data) } catch { throw Self.failure(path, error) }
    }

    // MARK: - Steps

    private func publish() throws {
        guard fsync(descriptor.rawValue) == 0, rename(partial, path) == 0 else {
            throw Self.failure(path, Errno(rawValue: errno))
        }
    }

    private static func failure(_ path: String, _ error: any Error) -> CommandFailure {
        CommandFailure("cannot write the report to \(path): \(error)", exitCode: .outputFailed)
    }
}
