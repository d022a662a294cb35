package import ReadModels

/// How far a lane is, as a bar: succeeded, failed, otherwise ended, in flight, queued.
///
/// Each of these that is not zero has at least one cell: one failure in 100,000 hosts is seen.
package struct ProgressBar: Sendable {
    private let counts: CountsView

    package init(_ counts: CountsView) { self.counts = counts }

    /// The bar without colours.
    ///
    /// - Parameter width: at least 5, a cell for each part.
    package func text(width: Int, usesUnicode: Bool) -> String {
        let glyphs = usesUnicode ? ["█", "×", "–", "▒", "░"] : ["#", "x", "-", ">", "."]
        return zip(glyphs, cells(width: width)).map { String(repeating: $0, count: $1) }.joined()
    }

    package var tone: Tone {
        if counts.failed > 0 { return .bad }
        if counts.other > 0 { return .warning }
        return counts.targets > 0 && counts.succeeded == counts.targets ? .good : .plain
    }

    // MARK: - Steps

    /// Cells of each part, together `width`; the largest part gives what the small ones need.
    private func cells(width: Int) -> [Int] {
        let ended = [counts.succeeded, counts.failed, counts.other, counts.inFlight].map { Double(max(0, $0)) }
        let total = max(Double(counts.targets), ended.reduce(0, +))
        guard total > 0 else { return [0, 0, 0, 0, width] }
        let parts = ended + [total - ended.reduce(0, +)]
        var cells = parts.map { $0 == 0 ? 0 : max(1, Int($0 / total * Double(width))) }
        var spare = width - cells.reduce(0, +)
        while spare != 0 {
            let step = spare > 0 ? 1 : -1
            let shares = parts.indices.map { parts[$0] / total * Double(width) - Double(cells[$0]) }
            let candidates = parts.indices.filter { parts[$0] > 0 && (step > 0 || cells[$0] > 1) }
            guard let index = candidates.max(by: { shares[$0] * Double(step) < shares[$1] * Double(step) }) else {
                return cells
            }
            cells[index] += step
            spare -= step
        }
        return cells
    }
}
