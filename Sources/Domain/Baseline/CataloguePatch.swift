package import Time

/// One version that advisories fix something by, on one product: what a vendor's catalogue of patches lists.
package struct CataloguePatch: Equatable, Sendable {
    /// As baselines judge it, with what each of the advisories says.
    package private(set) var candidate: PatchCandidate
    /// Of the advisory that was released last.
    package private(set) var title: String
    /// An address for people, of the same one.
    package private(set) var link: String?
    /// When the last of the advisories was released; nil where none is dated.
    package private(set) var releasedAt: Timestamp?

    /// The patches for the systems that the advisories tell of, by name, architecture, version and product.
    ///
    /// Of Windows those alone that are updates: feeds name products in their place where there is no update.
    package static func patches(of advisories: [NotedAdvisory], on systems: Set<OperatingSystem>) -> [Self] {
        var patches: [Key: Self] = [:]
        for advisory in advisories {
            for system in systems {
                for candidate in advisory.candidates(on: system) where system != .windows || candidate.patch.isUpdate {
                    let key = Key(patch: candidate.patch, product: candidate.product)
                    patches[key, default: Self(candidate, advisory.advisory)].add(candidate, advisory.advisory)
                }
            }
        }
        return patches.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The vendor's word, the worst of several; empty when none has one.
    package var severityWord: String {
        let worst = candidate.notices.filter { !$0.severity.isEmpty }.max { rank($0) < rank($1) }
        return worst?.severity ?? ""
    }

    /// Distinct, in the order of the advisories.
    package var cves: [String] {
        var seen: Set<String> = []
        return candidate.notices.flatMap(\.cves).filter { seen.insert($0).inserted }
    }

    // MARK: - Steps

    private struct Key: Hashable, Comparable {
        let patch: Patch
        let product: String

        static func < (left: Self, right: Self) -> Bool { (left.patch, left.product) < (right.patch, right.product) }
    }

    private init(_ candidate: PatchCandidate, _ advisory: Advisory) {
        self.candidate = candidate
        (title, link, releasedAt) = (advisory.title, advisory.link, advisory.releasedAt)
    }

    /// A product may be named twice in an advisory, as Windows with and without a desktop is.
    private mutating func add(_ other: PatchCandidate, _ advisory: Advisory) {
        let known = Set(candidate.notices.map(\.id))
        candidate.notices += other.notices.filter { !known.contains($0.id) }
        guard let released = advisory.releasedAt, released > releasedAt ?? Advisory.earliestDate else { return }
        (title, link, releasedAt) = (advisory.title, advisory.link, released)
    }

    private func rank(_ notice: PatchNotice) -> Int {
        AdvisorySeverity(word: notice.severity, kind: AdvisoryKind(word: notice.classification)).rank
    }
}

extension Patch {
    /// Whether it is an update of Windows by the number of its article.
    fileprivate var isUpdate: Bool { name.hasPrefix("KB") && name.dropFirst(2).allSatisfy(\.isNumber) }
}
