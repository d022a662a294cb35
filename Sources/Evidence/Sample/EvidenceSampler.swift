import Crypto
import FoundationEssentials

/// Draws nodes of a bundle so that everybody who has the seed draws the same.
///
/// A node's place is the SHA-256 of the seed's UTF-8 bytes followed by those of its id; the least places are drawn.
package struct EvidenceSampler {
    private static let maximumManifestBytes = 64 << 20

    private let folder: String

    package init(folder: String) { self.folder = folder }

    /// Up to `count` nodes in the order of their places.
    ///
    /// - Throws: ``EvidenceError`` when the bundle cannot be read, or its population is not that of its manifest.
    package func draw(seed: String, count: Int) throws -> [String] {
        try checkPopulation()
        var places: [(place: [UInt8], node: String)] = []
        try TableReader.forEachRow(of: "\(folder)/\(Table.population.path)") { row in
            places.append((Self.place(of: row["node"], seed: seed), row["node"]))
        }
        return places.sorted { $0.place.lexicographicallyPrecedes($1.place) }.prefix(count).map(\.node)
    }

    static func place(of node: String, seed: String) -> [UInt8] {
        Array(SHA256.hash(data: Data(seed.utf8) + Data(node.utf8)))
    }

    private func checkPopulation() throws {
        let path = "\(folder)/\(BundleNames.manifest)"
        guard FileManager.default.fileExists(atPath: path) else { throw EvidenceError.noBundle(folder: folder) }
        let bytes = try FileReader.bytes(of: path, maximumBytes: Self.maximumManifestBytes)
        let manifest = try BundleFile.reporting(path) { try JSONDecoder().decode(Manifest.self, from: Data(bytes)) }
        guard try FileReader.digest(of: "\(folder)/\(Table.population.path)").sha256 == manifest.fleet else {
            let reason = "it is not the one of the manifest; verify the bundle"
            throw EvidenceError.file(Table.population.path, reason: reason)
        }
    }
}
