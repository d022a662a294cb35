import Evidence
import FoundationEssentials
package import ObjectStorage
package import Time

/// Brings a bundle into a store, file by file; its manifest comes last, so that the bundle is whole where that is.
///
/// Sent again it sends what is not there yet.
package struct BundleUpload {
    /// What the manifest does not list but for itself; what else is in the folder is no part of the bundle.
    private static let beside = ["evidence.pub", "manifest.tsr", "manifest.sig"]
    private static let manifest = "manifest.json"

    private let folder: String
    /// Relative to the folder, in the order in which they are sent.
    package let paths: [String]
    /// What locks are counted from: the same for an upload that is gone on with.
    package let builtAt: Timestamp

    /// - Throws: `CommandFailure` for a folder that holds no bundle, or not all of it.
    package init(folder: String) throws {
        let found: Manifest
        do {
            found = try JSONDecoder().decode(
                Manifest.self,
                from: try Data(contentsOf: URL(filePath: "\(folder)/\(Self.manifest)"))
            )
        } catch {
            let advice = "name a folder that `ringmaster evidence build` has made"
            throw CommandFailure("there is no bundle in \(folder) (\(error)); \(advice)", exitCode: .inputMissing)
        }
        guard let builtAt = Timestamp(iso8601: found.builtAt) else {
            throw CommandFailure("the bundle in \(folder) does not say when it was built", exitCode: .inputMissing)
        }
        let there = Set(try FileManager.default.subpathsOfDirectory(atPath: folder))
        // What lies elsewhere, whatever the manifest calls it, is not there by that name.
        if let missing = found.files.first(where: { !there.contains($0.path) }) {
            let advice = "verify it with `ringmaster evidence verify`"
            throw CommandFailure(
                "the bundle in \(folder) has lost its \(missing.path); \(advice)",
                exitCode: .inputMissing
            )
        }
        self.folder = folder
        self.builtAt = builtAt
        paths = found.files.map(\.path).sorted() + Self.beside.filter(there.contains) + [Self.manifest]
    }

    /// - Parameters:
    ///   - location: a bucket, or what the names of all files begin with, with a slash at its end.
    ///   - options: by a file's content type.
    /// - Returns: how many files were sent; the others were there before, byte for byte.
    /// - Throws: `StorageError`.
    package func send(
        through store: ObjectStore,
        to location: S3Location,
        as options: (_ contentType: String) -> ObjectOptions
    ) async throws -> Int {
        var sent = 0
        for path in paths {
            let object = location.object(named: path)
            let outcome = try await store.put(
                file: "\(folder)/\(path)",
                to: object,
                as: options(Self.contentType(of: path))
            )
            if outcome == .written { sent += 1 }
        }
        return sent
    }

    private static func contentType(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "csv": "text/csv; charset=utf-8"
        case "html": "text/html; charset=utf-8"
        case "json": "application/json"
        case "jsonl": "application/jsonl"
        default: "application/octet-stream"
        }
    }
}
