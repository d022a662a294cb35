/// The word that a misspelt one was probably meant to be.
enum Suggestion {
    /// nil when none is near: more than a third of the letters would have to change.
    static func nearest(to text: String, among words: [String]) -> String? {
        let nearest = words.map { ($0, distance(text.lowercased(), $0.lowercased())) }.min { $0.1 < $1.1 }
        guard let (word, distance) = nearest, distance <= max(1, word.count / 3) else { return nil }
        return word
    }

    /// How many letters must be inserted, removed or replaced to turn one into the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var previous = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = previous + (right[column] == letter ? 0 : 1)
                previous = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, previous + 1)
            }
        }
        return row[right.count]
    }
}
