import AgentProtocol

/// What goes into a report of what a step said.
enum StepOutput {
    /// The end of it, at most ``StepResult/maximumOutput`` bytes, without control characters that a terminal would obey.
    static func masked(_ bytes: [UInt8]) -> String {
        // Repaired, a byte that is no text becomes three; more than the limit need not be looked at.
        let text = String(decoding: bytes.suffix(4 * StepResult.maximumOutput), as: UTF8.self)
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isPlain = scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
            scalars.append(isPlain ? scalar : "?")
        }
        var (size, kept) = (0, scalars.endIndex)
        while kept > scalars.startIndex {
            let previous = scalars.index(before: kept)
            size += UTF8.width(scalars[previous])
            guard size <= StepResult.maximumOutput else { break }
            kept = previous
        }
        return String(scalars[kept...])
    }
}
