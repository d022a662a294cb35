import ArgumentParser
import FoundationEssentials
import Glibc
import SystemPackage

/// The command `ringmaster report hosts`.
struct ReportHosts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract: "Write the compliance of all hosts, or of a site's, as SSM's patch summary has it.",
        discussion: """
            One row per node that is not revoked. The first columns are those of SSM's report (AWS-ExportPatchReportToS3), the last \
            are ours: site, architecture, unknown reason, last scan, last heard, pending reboot, security updates offered. The file \
            takes its place when it is whole; folders on the way to it are made.

            Examples:
              ringmaster report hosts
              ringmaster report hosts --site eu-west-1 --out patching/2026-06/eu-west-1.csv
            """
    )

    @Option(help: ArgumentHelp("The site (otherwise all).", valueName: "site"))
    var site: String?

    @Option(
        help: ArgumentHelp("Write to this file, replacing it (otherwise standard output).", valueName: "file"),
        completion: .file()
    )
    var out: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let client = try server.client()
        guard let out else { return try await client.hostTable(site: site) { try StandardOutput.write($0) } }
        let file = try NewFile(path: out)
        do {
            try await client.hostTable(site: site) { try file.write($0) }
            try file.publish()
        } catch {
            file.discard()
            throw error
        }
    }
}

/// A file that is written beside its place and takes it when it is whole.
private struct NewFile {
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
