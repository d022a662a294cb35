import ArgumentParser
import Client
import FoundationEssentials
package import Workflows

/// A folder of policy files, with the calendars that they name.
package struct PolicyFolder: Sendable {
    private let path: String

    package init(_ path: String) { self.path = path }

    /// - Throws: ``WorkflowProblems`` with all that is wrong with the files; ``CommandFailure`` for a folder that cannot be read.
    package func read() async throws -> PolicyFiles {
        let files = try yamlFiles()
        var texts: [String: Result<String, UnreadableCalendar>] = [:]
        for source in PolicyFiles.calendars(in: files) { texts[source] = try await calendar(source) }
        return try PolicyFiles(files) { source throws(UnreadableCalendar) in try texts[source]?.get() ?? "" }
    }

    // MARK: - Steps

    private func yamlFiles() throws -> [PolicyFiles.File] {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            let files = try names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { name in
                let file = "\(path)/\(name)"
                return PolicyFiles.File(name: file, bytes: [UInt8](try Data(contentsOf: URL(filePath: file))))
            }
            guard !files.isEmpty else {
                let text = "\(path) holds no .yaml file: a policy is a folder of them, such as policy/ of the examples"
                throw CommandFailure(text, exitCode: .inputMissing)
            }
            return files
        } catch let error as CocoaError {
            throw CommandFailure("cannot read the policy folder \(path): \(error.reason)", exitCode: .inputMissing)
        }
    }

    private func calendar(_ source: String) async throws -> Result<String, UnreadableCalendar> {
        do {
            guard let web = WebFile(url: source) else { return .success(try Self.text(of: "\(path)/\(source)")) }
            let copy = FileManager.default.temporaryDirectory.path + "/ringmaster-calendar-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: copy) }  // what is left is the machine's to clean
            _ = try await web.fetch(unless: nil, to: copy, atMost: PolicyFiles.maximumCalendarBytes)
            return .success(try Self.text(of: copy))
        } catch let error as CocoaError {
            return .failure(UnreadableCalendar("cannot read the calendar \(source): \(error.reason)"))
        } catch let error as DownloadError {
            return .failure(UnreadableCalendar("\(error)"))
        }
    }

    private static func text(of file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
    }
}

extension CocoaError {
    /// In an operator's words.
    var reason: String {
        switch code {
        case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file"
        case .fileReadNoPermission: "you may not read it"
        default: "\(self)"
        }
    }
}
