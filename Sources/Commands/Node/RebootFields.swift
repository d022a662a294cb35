import ReadModels

/// A node's last reboot as `node show` shows it.
struct RebootFields {
    let reboot: RebootView

    func append(to fields: inout FieldList) {
        fields.append("last reboot", "\(reboot.outcome) at \(reboot.at.toTheSecond)", tone: tone)
        fields.append("boot", "\(boots), kernel \(kernels)")
        for reason in reboot.reasons { fields.append("because", reason) }
        for loss in reboot.missing { fields.append("after it", loss, tone: .bad) }
    }

    // MARK: - Steps

    private var boots: String {
        "\(Self.short(reboot.bootBefore)) → \(reboot.bootAfter.map(Self.short) ?? "unknown")"
    }

    private var kernels: String {
        guard let after = reboot.kernelAfter, after != reboot.kernelBefore else { return reboot.kernelBefore }
        return "\(reboot.kernelBefore) → \(after)"
    }

    private var tone: Tone {
        switch reboot.outcome {
        case "confirmed": .good
        case "announced", "unordered": .warning
        default: .bad
        }
    }

    /// Enough of a boot id to tell it from others.
    private static func short(_ id: String) -> String { String(id.prefix(8)) }
}
