import Foundation

/// The JSON files of a folder and its subfolders, in the order of their names; links are not followed.
struct FeedFolder {
    let path: String

    private static let keys: Set<URLResourceKey> = [.isDirectoryKey, .isRegularFileKey]

    /// - Parameter visit: is given the file's path within the folder.
    func forEachFile(_ visit: (String) throws -> Void) throws {
        var count = 0
        try forEachFile(in: "", depth: 0) { name in
            count += 1
            guard count <= FeedLimits.files else { throw Flaw("it has more than \(FeedLimits.files) files") }
            try visit(name)
        }
    }

    private func forEachFile(in folder: String, depth: Int, _ visit: (String) throws -> Void) throws {
        guard depth <= FeedLimits.depth else { throw Flaw("its folders are too deep", at: folder) }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")
        } catch {
            throw Flaw("it cannot be listed: \(error.localizedDescription)", at: folder)
        }
        for name in names.sorted() {
            let place = folder.isEmpty ? name : "\(folder)/\(name)"
            let values = try URL(filePath: "\(path)/\(place)").resourceValues(forKeys: Self.keys)
            if values.isDirectory == true {
                try forEachFile(in: place, depth: depth + 1, visit)
            } else if values.isRegularFile == true, name.hasSuffix(".json") || name.hasSuffix(".json.gz") {
                try visit(place)
            }
        }
    }
}
