/// Reading small files of the host.
package enum HostFile {
    /// The file's text; nil when there is no such file.
    package static func text(_ path: String) throws(FileFailure) -> String? { try DurableFile.text(path) }
}
