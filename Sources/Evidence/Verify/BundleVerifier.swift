import Crypto
import FoundationEssentials

/// Verifies a bundle by itself and a public key: every byte, the chain, the roots, and that its tables fit its events.
package struct BundleVerifier {
    private static let maximumManifestBytes = 64 << 20
    private static let maximumSmallBytes = 4_096
    private static let maximumTimestampBytes = 64 << 10

    private let folder: String
    private let key: EvidencePublicKey

    /// - Parameter key: of whom the bundle should be; it must not come with the bundle.
    package init(folder: String, key: EvidencePublicKey) {
        self.folder = folder
        self.key = key
    }

    /// - Throws: ``EvidenceError`` when there is no bundle, or its files cannot be read.
    package func verify() throws -> BundleReport {
        var report = BundleReport(key: key.fingerprint)
        let present = try presentFiles(&report)
        guard let bytes = try contents(BundleNames.manifest, Self.maximumManifestBytes, present, &report) else {
            throw EvidenceError.noBundle(folder: folder)
        }
        try verifySignature(of: bytes, present, &report)
        let manifest: Manifest
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: Data(bytes))
        } catch {
            report.add("it is no manifest of the form \(Manifest.format): \(error)", in: BundleNames.manifest)
            return report
        }
        verify(manifest, &report)
        try verifyTimestamp(of: manifest, bytes, present, &report)
        try verifyFiles(of: manifest, present, &report)
        var events = EventCheck(folder: folder)
        try events.run(manifest, present, &report)
        try verifyRoots(manifest, events.tree, present, &report)
        try TableCheck(folder: folder, manifest: manifest, events: events.facts).run(present, &report)
        return report
    }

    // MARK: - Steps

    /// The regular files of the bundle, by path.
    private func presentFiles(_ report: inout BundleReport) throws -> Set<String> {
        let manager = FileManager.default
        let paths = try BundleFile.reporting(folder) { try manager.subpathsOfDirectory(atPath: folder) }
        var files: Set<String> = []
        for path in paths {
            let attributes = try BundleFile.reporting(path) {
                try manager.attributesOfItem(atPath: "\(folder)/\(path)")
            }
            switch attributes[.type] as? FileAttributeType {
            case .typeRegular: files.insert(path)
            case .typeDirectory: continue
            default: report.add("it is neither a file nor a folder", in: path)
            }
        }
        return files
    }

    /// nil, and noted, when it is missing.
    private func contents(
        _ path: String,
        _ maximumBytes: Int,
        _ present: Set<String>,
        _ report: inout BundleReport
    ) throws -> [UInt8]? {
        guard present.contains(path) else {
            report.add("it is missing", in: path)
            return nil
        }
        return try FileReader.bytes(of: "\(folder)/\(path)", maximumBytes: maximumBytes)
    }

    private func verifySignature(of bytes: [UInt8], _ present: Set<String>, _ report: inout BundleReport) throws {
        if let signature = try contents(BundleNames.signature, Self.maximumSmallBytes, present, &report),
            !key.isSignature(signature, of: bytes)
        {
            report.add(
                "it is not the signature of \(BundleNames.manifest) by the key \(key.fingerprint): one of the two was changed, or "
                    + "somebody else signed",
                in: BundleNames.signature
            )
        }
        if let text = try contents(BundleNames.publicKey, Self.maximumSmallBytes, present, &report),
            text != Array(key.pem.utf8)
        {
            report.add("it is not the key that the bundle is verified by", in: BundleNames.publicKey)
        }
    }

    /// That it is about the manifest; that the authority made it is for OpenSSL to verify.
    private func verifyTimestamp(
        of manifest: Manifest,
        _ bytes: [UInt8],
        _ present: Set<String>,
        _ report: inout BundleReport
    ) throws {
        guard let authority = manifest.timestampAuthority else {
            if present.contains(BundleNames.timestamp) {
                report.add("the manifest names no authority", in: BundleNames.timestamp)
            }
            return
        }
        guard let reply = try contents(BundleNames.timestamp, Self.maximumTimestampBytes, present, &report) else {
            return
        }
        do {
            let timestamp = try TimestampReply(reply)
            guard timestamp.digest == Array(SHA256.hash(data: bytes)) else { throw TimestampProblem.otherDigest }
            report.timestamp = "\(timestamp.time) by \(authority)"
        } catch let problem as TimestampProblem {
            report.add("\(problem)", in: BundleNames.timestamp)
        }
    }

    private func verify(_ manifest: Manifest, _ report: inout BundleReport) {
        report.period = manifest.period.name
        report.files = manifest.files.count
        if manifest.format != Manifest.format {
            report.add("its form is \(manifest.format), not \(Manifest.format)", in: BundleNames.manifest)
        }
        if manifest.publicKey != key.base64 {
            report.add("it names another key than it is verified by", in: BundleNames.manifest)
        }
        let population = manifest.files.first { $0.path == Table.population.path }
        if population?.sha256 != manifest.fleet {
            report.add("its fleet is not the digest of \(Table.population.path)", in: BundleNames.manifest)
        }
        let paths = manifest.files.map(\.path)
        for path in paths where !BundleNames.isSafe(path) {
            report.add("it lists \(path), which no bundle has", in: BundleNames.manifest)
        }
        for table in Table.allCases where !paths.contains(table.path) {
            report.add("it does not list \(table.path)", in: BundleNames.manifest)
        }
    }

    private func verifyFiles(of manifest: Manifest, _ present: Set<String>, _ report: inout BundleReport) throws {
        for file in manifest.files where BundleNames.isSafe(file.path) {
            guard present.contains(file.path) else {
                report.add("it is missing", in: file.path)
                continue
            }
            let found = try FileReader.digest(of: "\(folder)/\(file.path)")
            if found.sha256 != file.sha256 {
                let size = found.bytes == file.bytes ? "" : " (\(found.bytes) bytes instead of \(file.bytes))"
                report.add("it was changed\(size): its SHA-256 is not that of the manifest", in: file.path)
            }
        }
        let listed = BundleNames.unlisted.union(manifest.files.map(\.path))
        for path in present.subtracting(listed).sorted() { report.add("the manifest does not list it", in: path) }
    }

    private func verifyRoots(
        _ manifest: Manifest,
        _ events: MerkleTree,
        _ present: Set<String>,
        _ report: inout BundleReport
    ) throws {
        guard present.contains(BundleNames.merkle) else { return }
        let bytes = try FileReader.bytes(of: "\(folder)/\(BundleNames.merkle)", maximumBytes: Self.maximumSmallBytes)
        let files = manifest.files.filter { $0.path != BundleNames.merkle }.sorted { $0.path < $1.path }
        let wanted = MerkleRoots(events: events, files: files)
        let found: MerkleRoots
        do {
            found = try JSONDecoder().decode(MerkleRoots.self, from: Data(bytes))
        } catch {
            return report.add("it holds no roots: \(error)", in: BundleNames.merkle)
        }
        if found.events != wanted.events {
            report.add("its root over the events is not theirs, which is \(wanted.events.root)", in: BundleNames.merkle)
        }
        if found.files != wanted.files {
            report.add("its root over the files is not theirs, which is \(wanted.files.root)", in: BundleNames.merkle)
        }
    }
}
