import ArgumentParser
import ControlPlane
import DurableStreams
import Postgres

/// By which key a command that reads the log beside the server checks its seals.
struct SealOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Check the seals, too, by this key (default: seal.key in the data folder, if it is there).",
            valueName: "file"
        ),
        completion: .file()
    )
    var sealKey: String?

    /// - Parameter data: the data folder.
    /// - Throws: ``KeyFileError`` for a key that cannot be used, and for one that was named and is not there.
    func store(_ client: PostgresClient, data: String) throws -> PostgresStore {
        let file = SealKeyFile(path: sealKey ?? "\(data)/seal.key")
        if let key = try file.load() { return PostgresStore(client: client, sealKey: key) }
        guard sealKey == nil else { throw KeyFileError.missingSeals(file: file.path) }
        return .unchecked(client: client)
    }
}
