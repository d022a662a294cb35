import Foundation

/// What a benchmark has found, as one line of JSON.
struct Result<Figures: Encodable>: Encodable {
    let benchmark: String
    let machine = Machine()
    let figures: Figures

    /// Prints the line.
    func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}

/// The machine that was measured.
struct Machine: Encodable {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let memoryGiB = Int((ProcessInfo.processInfo.physicalMemory + 1 << 29) >> 30)
    let system = ProcessInfo.processInfo.operatingSystemVersionString
    /// Load of the last minute when the figures were taken: other work disturbs them.
    let load: Double = {
        var load = 0.0
        getloadavg(&load, 1)
        return load.rounded(toPlaces: 1)
    }()
}

/// Tells how far a benchmark is.
func progress(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

extension Double {
    func rounded(toPlaces places: Int) -> Double {
        let scale = pow(10.0, Double(places))
        return (self * scale).rounded() / scale
    }
}

extension [Double] {
    /// The middle value; 0 for none.
    var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}
