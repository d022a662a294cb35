package import ReadModels

/// The stages of a cycle in a row, such as `scan ✓ ─ early ▶ ─ main · ─ late · ─ report ·`.
package struct StageTrack: Sendable {
    private let cycle: CycleView

    package init(_ cycle: CycleView) { self.cycle = cycle }

    /// One line; stages that do not fit are left out at the far ends, so the present one is always seen.
    package func line(_ style: OutputStyle) -> String {
        let marks = cycle.stages.map { stage in mark(of: stage) }
        let texts = zip(cycle.stages, marks).map { stage, mark in
            "\(stage.name.printable) \(style.usesUnicode ? mark.symbol : mark.plain)"
        }
        let joint = style.usesUnicode ? " ─ " : " - "
        let shown = visible(texts.map(\.displayWidth), joint: joint.displayWidth, style: style)
        var pieces = shown.map { style.paint(texts[$0], marks[$0].tone) }
        if shown.lowerBound > 0 { pieces.insert(style.ellipsis, at: 0) }
        if shown.upperBound < texts.count { pieces.append(style.ellipsis) }
        return pieces.joined(separator: joint)
    }

    // MARK: - Steps

    private struct Mark {
        var symbol: String
        var plain: String
        var tone: Tone
    }

    private func mark(of stage: StageView) -> Mark {
        if stage.name == cycle.stage, stage.state != "done" {
            switch cycle.state {
            case "halted", "aborting": return Mark(symbol: "✗", plain: "[!]", tone: .bad)
            case "paused": return Mark(symbol: "‖", plain: "[=]", tone: .warning)
            default: break
            }
        }
        return switch stage.state {
        case "done": Mark(symbol: "✓", plain: "[x]", tone: .good)
        case "gate": Mark(symbol: "◆", plain: "[?]", tone: .warning)
        case "opening", "running": Mark(symbol: "▶", plain: "[>]", tone: .heading)
        case "failed", "aborted": Mark(symbol: "✗", plain: "[!]", tone: .bad)
        case "skipped": Mark(symbol: "–", plain: "[-]", tone: .faint)
        default: Mark(symbol: "·", plain: "[ ]", tone: .faint)
        }
    }

    /// The longest run of stages around the present one that fits.
    private func visible(_ widths: [Int], joint: Int, style: OutputStyle) -> Range<Int> {
        guard let width = style.width, !widths.isEmpty else { return widths.indices }
        func fits(_ range: Range<Int>) -> Bool {
            let hidden = (range.lowerBound > 0 ? 1 : 0) + (range.upperBound < widths.count ? 1 : 0)
            let pieces = range.count + hidden
            return widths[range].reduce(hidden * style.ellipsis.displayWidth, +) + (pieces - 1) * joint <= width
        }
        let farEnd = cycle.endedAt == nil ? 0 : widths.count - 1
        let current = cycle.stages.firstIndex { $0.name == cycle.stage } ?? farEnd
        var range = current..<current + 1
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for wider in [range.lowerBound..<range.upperBound + 1, range.lowerBound - 1..<range.upperBound]
            where wider.lowerBound >= 0 && wider.upperBound <= widths.count && fits(wider) {
                range = wider
                isGrowing = true
                break
            }
        }
        return fits(widths.indices) ? widths.indices : range
    }
}
