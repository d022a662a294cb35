import FoundationEssentials
import Glibc

/// Folders for one test, outside the sources.
package enum TemporaryFolder {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// Makes an empty folder under the machine's place for temporary files.
    ///
    /// - Parameter mode: who may enter it; 0700 is private to the tests' user.
    package static func make(mode: UInt32 = 0o700) throws -> String {
        let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(place)/ringmaster-test-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let path = made, chmod(path, mode) == 0 else {
            throw Failure(description: "cannot make a folder in \(place): \(String(cString: strerror(errno)))")
        }
        return path
    }

    /// Runs the body with an empty folder, and removes the folder with all that is in it.
    package static func with<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let path = try make()
        defer { try? FileManager.default.removeItem(atPath: path) }  // what is left is the machine's to clean
        return try await body(path)
    }
}
