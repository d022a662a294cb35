package import Domain
package import Time

/// The fleet's policy as it stands.
package struct PolicyView: Codable, Equatable, Sendable {
    /// nil before one is applied, as are the next three.
    package var digest: String?
    package var appliedBy: String?
    package var appliedAt: Timestamp?
    package var policy: Policy?
    /// Those of commands, beside those of the baselines.
    package var rejections: [PatchRejection]

    package init(_ book: PolicyBook) {
        digest = book.digest
        appliedBy = book.appliedBy
        appliedAt = book.appliedAt
        policy = book.policy
        rejections = book.rejections
    }
}

/// What would change if a policy were applied.
package struct PolicyDiffView: Codable, Equatable, Sendable {
    /// Of the present policy; nil when there is none.
    package var base: String?
    /// Of the one that was given.
    package var digest: String
    package var changes: [Change]

    package struct Change: Codable, Equatable, Sendable {
        package enum Verb: String, Codable, Sendable {
            case added, removed, changed
        }

        /// Such as `baseline`.
        package var kind: String
        package var name: String
        package var verb: Verb
        /// For what changed each value: where it stands, what it was and what it will be.
        package var details: [String]
        /// How many of the fleet's nodes it is for.
        package var nodes: Int

        package init(kind: String, name: String, verb: Verb, details: [String], nodes: Int) {
            self.kind = kind
            self.name = name
            self.verb = verb
            self.details = details
            self.nodes = nodes
        }
    }

    package init(base: String?, digest: String, changes: [Change]) {
        self.base = base
        self.digest = digest
        self.changes = changes
    }
}

/// What a rejection meets in the fleet.
package struct RejectionView: Codable, Equatable, Sendable {
    /// A node on which a package that the entry names is installed.
    package struct Holder: Codable, Equatable, Sendable {
        package var node: String
        package var name: String
        package var site: String
        package var patchGroup: String
        /// Such as `openssl.amd64=3.0.2-0ubuntu1.15`.
        package var patch: String

        package init(node: String, name: String, site: String, patchGroup: String, patch: String) {
            self.node = node
            self.name = name
            self.site = site
            self.patchGroup = patchGroup
            self.patch = patch
        }
    }

    /// The most holders that an answer lists.
    package static let mostHolders = 1_000

    package var entry: String
    /// By node.
    package var holders: [Holder]
    package var holderCount: Int

    package init(entry: String, holders: [Holder], holderCount: Int) {
        self.entry = entry
        self.holders = holders
        self.holderCount = holderCount
    }
}
