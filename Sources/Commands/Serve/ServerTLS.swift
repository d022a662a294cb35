/// The certificate that a server shows, if it shows one.
struct ServerTLS: Sendable {
    /// PEM files of the chain and of its key.
    var certificate: (chain: String, key: String)
    /// What hosts pin of the private authority behind it; nil for a certificate of somebody else's.
    var caSHA256: String?
    /// The private authority's certificate, PEM; nil for a certificate of somebody else's.
    var authorityFile: String?

    /// What the command line names; otherwise what `ringmaster ca init` made in the data folder; otherwise nil.
    static func find(_ command: ServeCommand) throws -> Self? {
        if let chain = command.tlsCertificate, let key = command.tlsKey {
            return Self(certificate: (chain, key), caSHA256: nil)
        }
        let folder = AuthorityFolder(data: command.database.data)
        guard folder.isThere else { return nil }
        return Self(
            certificate: (folder.chainFile, folder.keyFile),
            caSHA256: try folder.pin(),
            authorityFile: folder.authorityFile
        )
    }
}
