import ArgumentParser
import Certificates
package import FoundationEssentials
import Glibc

/// `tls` in the data folder: the private certificate authority and the server's certificate, for its owner's eyes.
package struct AuthorityFolder: Sendable {
    package let path: String

    package init(data: String) { path = data + "/tls" }

    package var authorityFile: String { path + "/ca.pem" }
    var authorityKeyFile: String { path + "/ca.key" }
    /// The server's certificate and the authority's behind it.
    package var chainFile: String { path + "/server.pem" }
    package var keyFile: String { path + "/server.key" }

    /// Whether a server finds a certificate there.
    package var isThere: Bool { access(chainFile, F_OK) == 0 }

    /// Makes the folder with an authority and a certificate for the names: all of it or nothing.
    ///
    /// - Throws: ``CommandFailure`` when it is there already; what is there is never overwritten.
    package func create(names: [String], now: Date) throws -> AuthorityView {
        guard access(path, F_OK) != 0 else { throw taken }
        let authority = try CertificateAuthority(now: now)
        let server = try authority.issue(names: names, now: now)
        let fresh = path + ".new"
        try FolderOfData.make(String(path.dropLast("/tls".count)))
        if access(fresh, F_OK) == 0 { try FileManager.default.removeItem(atPath: fresh) }
        guard mkdir(fresh, 0o700) == 0 else { throw failure("make the folder", fresh) }
        for (file, text) in [
            (authorityFile, try authority.pem), (authorityKeyFile, try authority.keyPEM),
            (chainFile, try server.chainPEM), (keyFile, try server.keyPEM),
        ] {
            try write(text, to: fresh + file.dropFirst(path.count))
        }
        try synchronise(fresh)
        guard rename(fresh, path) == 0 else {
            throw errno == EEXIST || errno == ENOTEMPTY ? taken : failure("make the folder", path)
        }
        try synchronise(path + "/..")
        return try view(authority, server)
    }

    /// Puts a new certificate in the place of the server's; its key stays, and its names unless others are given.
    package func renew(names: [String]?, now: Date) throws -> AuthorityView {
        let authority = try CertificateAuthority(certificate: read(authorityFile), key: read(authorityKeyFile))
        let present = try ServerCertificate(chain: read(chainFile), key: read(keyFile))
        let server = try authority.renew(present, names: names, now: now)
        let fresh = chainFile + ".new"
        if access(fresh, F_OK) == 0 { try FileManager.default.removeItem(atPath: fresh) }
        try write(try server.chainPEM, to: fresh)
        guard rename(fresh, chainFile) == 0 else { throw failure("replace", chainFile) }
        try synchronise(path)
        return try view(authority, server)
    }

    /// What hosts pin of the authority: see ``CertificateAuthority/pin``.
    package func pin() throws -> String {
        try CertificateAuthority(certificate: read(authorityFile), key: read(authorityKeyFile)).pin
    }

    // MARK: - Steps

    private var taken: CommandFailure {
        CommandFailure(
            "\(path) is there already, and hosts may trust what is in it; `ringmaster ca renew` renews its certificate",
            exitCode: .refused
        )
    }

    private func view(_ authority: CertificateAuthority, _ server: ServerCertificate) throws -> AuthorityView {
        AuthorityView(
            folder: path,
            caSHA256: try authority.pin,
            caValidUntil: authority.validUntil,
            names: try server.names,
            serverValidUntil: server.validUntil
        )
    }

    private func read(_ file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(
                "cannot read \(file): it is missing or not yours; `ringmaster ca init` makes it with all of \(path)",
                exitCode: .inputMissing
            )
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func write(_ text: String, to file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write", file) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw failure("write", file)
        }
    }

    private func synchronise(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("synchronise", folder) }
    }

    private func failure(_ verb: String, _ path: String) -> CommandFailure {
        CommandFailure("cannot \(verb) \(path): \(String(cString: strerror(errno)))", exitCode: .outputFailed)
    }
}
