import AWSSignature
import ArgumentParser
import FoundationEssentials
import ObjectStorage
import Time

/// A bucket that takes what a command writes, and how it is kept there.
struct StorageOptions: ParsableArguments {
    enum Encryption: String, CaseIterable, ExpressibleByArgument, Sendable {
        case aes256
        case kms
    }

    @Option(
        help: ArgumentHelp(
            "Write to S3, or a store that speaks as it does: s3://BUCKET/NAME, or a folder with a slash at its end.",
            valueName: "s3-url"
        )
    )
    var to: String?

    @Option(help: "Have the store encrypt it; what the bucket does otherwise.")
    var encrypt: Encryption?

    @Option(help: ArgumentHelp("The key of --encrypt kms (otherwise the account's).", valueName: "id"))
    var kmsKey: String?

    @Option(
        help: ArgumentHelp(
            "Lock it against change and deletion for so long, such as 365d (Object Lock).",
            valueName: "span"
        )
    )
    var retain: Span?

    @Option(help: "Whether people with a permission of their own may lift the lock.")
    var retainMode = ObjectOptions.Lock.Mode.compliance

    @Flag(help: "Take the place of another object of that name.")
    var replace = false

    init() {}

    func validate() throws {
        guard to != nil || (encrypt == nil && kmsKey == nil && retain == nil && !replace) else {
            throw ValidationError("These options are of an object in a store: name it with --to.")
        }
        guard kmsKey == nil || encrypt == .kms else { throw ValidationError("--kms-key is of --encrypt kms.") }
        guard let to else { return }
        guard S3Location(to) != nil else {
            throw ValidationError("--to takes s3://BUCKET/NAME, with a bucket's name as S3 allows it, not \(to).")
        }
    }

    /// Sends a file to the place of `--to`.
    ///
    /// - Parameter name: what it is called in a folder.
    /// - Throws: `CommandFailure` without credentials; ``StorageError``.
    func send(file path: String, named name: String, contentType: String) async throws -> String? {
        guard let (store, place) = try place() else { return nil }
        let location = place.object(named: name)
        let outcome = try await store.put(file: path, to: location, as: options(contentType, from: SystemClock.now()))
        return outcome == .present ? "\(location) was there before, byte for byte" : "\(location) is written"
    }

    /// The place of `--to`, and the store that it is in; nil without it.
    ///
    /// - Throws: `CommandFailure` without credentials.
    func place() throws -> (store: ObjectStore, location: S3Location)? {
        guard let location = to.flatMap({ S3Location($0) }) else { return nil }
        let environment = ProcessInfo.processInfo.environment
        guard let credentials = AWSCredentials(environment: environment) else {
            let how = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN of temporary ones"
            throw CommandFailure("there are no credentials for \(location): \(how)", exitCode: .inputMissing)
        }
        guard let endpoint = S3Endpoint(environment: environment) else {
            throw CommandFailure(
                "AWS_ENDPOINT_URL is no address of a store: https://HOST[:PORT]",
                exitCode: .validationFailure
            )
        }
        return (ObjectStore(endpoint: endpoint, credentials: credentials, now: SystemClock.now), location)
    }

    /// How an object is kept.
    ///
    /// - Parameter moment: what its lock counts from.
    func options(_ contentType: String, from moment: Timestamp) -> ObjectOptions {
        var options = ObjectOptions(contentType: contentType, replaces: replace)
        options.encryption =
            switch encrypt {
            case nil: nil
            case .aes256: .aes256
            case .kms: .kms(key: kmsKey)
            }
        options.lock = retain.map { .init(mode: retainMode, until: moment + .seconds($0.seconds)) }
        return options
    }
}

extension ObjectOptions.Lock.Mode: ExpressibleByArgument {
    /// In small letters, as options are.
    init?(argument: String) { self.init(rawValue: argument.uppercased()) }

    var defaultValueDescription: String { rawValue.lowercased() }

    static var allValueStrings: [String] { allCases.map { $0.rawValue.lowercased() } }
}
