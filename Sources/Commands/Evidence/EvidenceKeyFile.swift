import ControlPlane
import Evidence

/// The key that signs bundles, in the data folder.
enum EvidenceKeyFile {
    /// The key; made on first use.
    static func load(data: String) throws -> EvidenceKey {
        try FolderOfData.make(data)
        let path = "\(data)/evidence.key"
        return try EvidenceKey(base64: SecretFile.loadOrCreate(path) { EvidenceKey().base64 }, file: path)
    }
}
