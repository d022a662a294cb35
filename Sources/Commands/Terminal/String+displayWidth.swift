extension String {
    /// Columns that the text takes on a terminal: wide characters take two, combining marks and colours none.
    package var displayWidth: Int {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return utf8.count }
        var width = 0
        var isInEscape = false
        for scalar in unicodeScalars {
            if isInEscape {
                isInEscape = scalar != "m"
            } else if scalar == "\u{1B}" {
                isInEscape = true
            } else {
                width += scalar.columns
            }
        }
        return width
    }

    /// The text in at most `width` columns, with the ellipsis for what is cut off.
    ///
    /// For text without colours.
    package func truncated(to width: Int, ellipsis: String) -> String {
        guard displayWidth > width else { return self }
        let room = width - ellipsis.displayWidth
        guard room >= 0 else { return "" }
        var result = ""
        var used = 0
        for character in self {
            let columns = String(character).displayWidth
            guard used + columns <= room else { break }
            result.append(character)
            used += columns
        }
        return result + ellipsis
    }

    /// The text with what a terminal would obey (escapes, line ends, other controls) shown as `�`.
    ///
    /// Names and reasons come from hosts: what they send must not be able to move the cursor or hide text.
    package var printable: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar.isControl ? "\u{FFFD}" : scalar) }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// Controls, and the marks that reorder a line's text.
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    fileprivate var columns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: 0
        default: isWide ? 2 : 1
        }
    }

    /// East Asian wide and full-width blocks, and pictographs that are shown as pictures.
    private var isWide: Bool {
        switch value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff,
            0xa000...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
            0xffe0...0xffe6, 0x20000...0x3fffd:
            true
        default:
            properties.isEmojiPresentation
        }
    }
}
