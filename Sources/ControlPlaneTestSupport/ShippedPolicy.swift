import ControlPlane
package import Domain
import FoundationEssentials
package import ReadModels
package import Workflows

/// The policy of the reference fleet, as the repository ships it.
package enum ShippedPolicy {
    /// - Throws: what is wrong with its files.
    package static func read() throws -> PolicyFiles {
        let folder = Repository.root + "/policy"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
            .sorted()
        let files = try names.map { name in
            let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            return PolicyFiles.File(name: name, bytes: [UInt8](bytes))
        }
        return try PolicyFiles(files) { source throws(UnreadableCalendar) in
            throw UnreadableCalendar("the shipped policy names no calendar such as \(source)")
        }
    }
}

extension TestControlPlane {
    /// Applies the shipped policy, changed before by the body.
    @discardableResult
    package func applyPolicy(_ change: (inout Policy) -> Void = { _ in }) async throws -> PolicyView {
        var policy = try ShippedPolicy.read().policy
        change(&policy)
        return try await services.policy.apply(ApplyPolicy(policy: policy, base: nil, by: "ana"), key: nil)
    }
}
