import Domain
import ReadModels

/// The baselines by the ids that SSM's API knows them by.
///
/// One of the policy's has the id that it was made with, or one of its name. SSM's own have those of us-east-1 in every region, and are
/// named by their ARNs (ssm-semantics §1.6).
struct BaselineDirectory: Sendable {
    /// Whose SSM's own are.
    static let owner = "075727635805"

    let policy: Policy

    init(_ book: PolicyBook) { policy = book.policy ?? Policy() }

    init(_ policy: Policy) { self.policy = policy }

    /// - Throws: ``SSMError``, `InvalidResourceId` for what can be none, and `DoesNotExistException` where there is none.
    func required(_ reference: String) throws(SSMError) -> Baseline {
        guard Self.parts(of: reference) != nil else {
            throw SSMError("InvalidResourceId", "\(reference) is neither the id nor the ARN of a patch baseline.")
        }
        guard let baseline = find(reference) else { throw .unknownBaseline }
        return baseline
    }

    /// - Parameter reference: an id, or an ARN of any region.
    func find(_ reference: String) -> Baseline? {
        guard let (id, isARN) = Self.parts(of: reference) else { return nil }
        if isARN, let name = Self.predefinedIDs.first(where: { $0.value == id })?.key {
            return policy.baseline(named: name)
        }
        return policy.ownBaselines.first { $0.id == id } ?? policy.ownBaselines.first { Self.id(of: $0) == id }
    }

    /// nil for what is neither an id nor an ARN.
    private static func parts(of reference: String) -> (id: String, isARN: Bool)? {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        let id = String(parts.last ?? "")
        let isARN = parts.count == 2 && parts[0].hasPrefix("arn:aws") && parts[0].hasSuffix(":patchbaseline")
        return id.hasPrefix("pb-") && (parts.count == 1 || isARN) ? (id, isARN) : nil
    }

    /// As answers have it: the ARN of one of SSM's.
    func reference(to baseline: Baseline, _ call: Call) -> String {
        guard let id = Self.predefinedIDs[baseline.name] else { return Self.id(of: baseline) }
        return call.arn("patchbaseline/\(id)", account: Self.owner)
    }

    /// Of one that is the policy's own.
    static func id(of baseline: Baseline) -> String {
        baseline.id ?? id(from: "ringmaster baseline/\(baseline.name)")
    }

    /// The id that belongs to the text.
    static func id(from text: String) -> String { "pb-" + ContentStore.digest(of: text).prefix(17) }

    static let predefinedIDs = [
        "AWS-AmazonLinux2023DefaultPatchBaseline": "pb-05c9c9bf778d4c4d0",
        "AWS-AmazonLinux2022DefaultPatchBaseline": "pb-0028ca011460d5eaf",
        "AWS-AmazonLinux2DefaultPatchBaseline": "pb-0be8c61cde3be63f3",
        "AWS-AmazonLinuxDefaultPatchBaseline": "pb-0c10e657807c7a700",
        "AWS-RedHatDefaultPatchBaseline": "pb-0cbb3a633de00f07c",
        "AWS-RockyLinuxDefaultPatchBaseline": "pb-03ec98bc512aa3ac0",
        "AWS-AlmaLinuxDefaultPatchBaseline": "pb-0cb0c4966f86b059b",
        "AWS-OracleLinuxDefaultPatchBaseline": "pb-06bff38e95fe85c02",
        "AWS-SuseDefaultPatchBaseline": "pb-07d8884178197b66b",
        "AWS-CentOSDefaultPatchBaseline": "pb-03e3f588eec25344c",
        "AWS-UbuntuDefaultPatchBaseline": "pb-0c7e89f711c3095f4",
        "AWS-DebianDefaultPatchBaseline": "pb-09a5f8eb62bde80b1",
        "AWS-RaspbianDefaultPatchBaseline": "pb-0ec16280999c5c75e",
        "AWS-MacOSDefaultPatchBaseline": "pb-0ee4f94581368c0d4",
        "AWS-DefaultPatchBaseline": "pb-09ca3fb51f0412ec3",
        "AWS-WindowsPredefinedPatchBaseline-OS": "pb-096d816473f2bdb03",
        "AWS-WindowsPredefinedPatchBaseline-OS-Applications": "pb-0fafa8379afee7c83",
    ]
}
