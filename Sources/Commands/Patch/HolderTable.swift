package import ReadModels

/// Who has what was rejected, as `patch reject` lists it.
package struct HolderTable: Sendable {
    private let rejection: RejectionView

    package init(_ rejection: RejectionView) { self.rejection = rejection }

    package func lines(_ style: OutputStyle) -> [String] {
        let rejected = "\(rejection.entry) is rejected".printable
        guard rejection.holderCount > 0 else { return ["\(rejected); by their last scans no node has it."] }
        let count = rejection.holderCount == 1 ? "1 node has it" : "\(rejection.holderCount) nodes have it"
        var table = Table([
            .init("NODE", importance: 5, isWhole: true),
            .init("NAME", importance: 3),
            .init("SITE", importance: 2),
            .init("PATCH GROUP", importance: 1),
            .init("INSTALLED", importance: 4),
        ])
        for holder in rejection.holders {
            table.append([
                .init(holder.node), .init(holder.name), .init(holder.site), .init(holder.patchGroup),
                .init(holder.patch),
            ])
        }
        let rest = rejection.holderCount - rejection.holders.count
        return ["\(rejected); by their last scans \(count):", ""] + table.lines(style)
            + (rest > 0 ? ["… and \(rest) more"] : [])
    }
}
