import ArgumentParser
import Time

/// The command `ringmaster evidence upload`.
struct EvidenceUpload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Bring a bundle into a store, its manifest last.",
        discussion: """
            Each file is tried six times. An upload that was broken off is gone on with by the same command: what is there, byte for \
            byte, is not sent again. --retain counts from when the bundle was built.

            Example:
              ringmaster evidence upload evidence-2026-06 --to s3://acme-evidence/2026-06/ --encrypt kms --retain 400d

            A store gets the access key and its address from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, \
            AWS_REGION and AWS_ENDPOINT_URL, as AWS's own tools do.
            """
    )

    @Argument(help: ArgumentHelp("The bundle's folder.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup(title: "A store") var storage: StorageOptions

    func validate() throws {
        guard let to = storage.to, to.hasSuffix("/") else {
            throw ValidationError("--to names a folder of a store, with a slash at its end: s3://BUCKET/NAME/.")
        }
    }

    func run() async throws {
        let bundle = try BundleUpload(folder: folder)
        guard let (store, location) = try storage.place() else { return }
        let sent = try await bundle.send(through: store, to: location) { contentType in
            storage.options(contentType, from: bundle.builtAt)
        }
        let before = bundle.paths.count - sent
        let rest = before > 0 ? ", \(before) were there before, byte for byte" : ""
        StandardOutput.note("\(location) has the bundle: \(sent) files are written\(rest)")
    }
}
