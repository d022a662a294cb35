import DurableStreams
import Evidence
import FoundationEssentials
import Testing

@Suite("Verifying a bundle")
struct BundleVerifierTests {
    /// What is done to a file.
    enum Mutation: String, CaseIterable {
        case flippedByte, deletedLine, swappedLines, deletedFile, emptiedFile
    }

    private func withBundle(_ body: (String) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            let target = folder + "/bundle"
            try await SampleMonth.made().build(SampleMonth.request(), to: target)
            try await body(target)
        }
    }

    private func verify(_ folder: String, _ key: EvidenceKey = SampleMonth.key) throws -> BundleReport {
        try BundleVerifier(folder: folder, key: key.publicKey).verify()
    }

    @Test("finds nothing in one that is as it was built")
    func whole() async throws {
        try await withBundle { folder in
            let report = try verify(folder)
            #expect(report.isValid, "\(report.problems)")
            #expect(report.commits > 5)
            #expect(report.events > report.commits)
            #expect(report.nodes == 4)
        }
    }

    @Test("finds and names every file that was changed", arguments: Mutation.allCases)
    func mutations(mutation: Mutation) async throws {
        try await withBundle { folder in
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
                $0.contains(".") && !(mutation == .deletedFile && $0 == "manifest.json")
            }
            #expect(files.count > 20)
            for file in files.sorted() {
                let url = URL(filePath: "\(folder)/\(file)")
                let before = try Data(contentsOf: url)
                guard let after = try mutated(before, mutation) else { continue }
                if let bytes = after { try bytes.write(to: url) } else { try FileManager.default.removeItem(at: url) }
                let report = try verify(folder)
                let named = file == "manifest.json" ? ["manifest.json", "manifest.sig"] : [file]
                #expect(!report.isValid, "\(mutation) of \(file) was not found")
                #expect(
                    report.problems.contains { named.contains($0.file) },
                    "\(mutation) of \(file) is not named in \(report.problems)"
                )
                try before.write(to: url)
            }
            #expect(try verify(folder).isValid)
        }
    }

    /// nil for a file that the mutation leaves as it is; nil inside it for one that is gone.
    private func mutated(_ before: Data, _ mutation: Mutation) throws -> Data?? {
        switch mutation {
        case .deletedFile: return .some(nil)
        case .emptiedFile: return Data()
        case .flippedByte:
            var after = before
            after[after.count / 2] ^= 1
            return after
        case .deletedLine, .swappedLines:
            var lines = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            guard lines.count > 2, lines[lines.count - 2] != lines[lines.count - 3] || mutation == .deletedLine else {
                return .none
            }
            if mutation == .deletedLine {
                lines.remove(at: lines.count - 2)
            } else {
                lines.swapAt(lines.count - 2, lines.count - 3)
            }
            return Data(lines.joined(separator: [UInt8(ascii: "\n")]))
        }
    }

    @Test("finds a file that was added, and a link in a file's place")
    func added() async throws {
        try await withBundle { folder in
            try Data("x".utf8).write(to: URL(filePath: folder + "/policy/more.json"))
            #expect(
                try verify(folder).problems.map(\.description) == ["policy/more.json: the manifest does not list it"]
            )
            try FileManager.default.removeItem(atPath: folder + "/policy/more.json")
            try FileManager.default.moveItem(atPath: folder + "/late.csv", toPath: folder + "/../late.csv")
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/late.csv",
                withDestinationPath: "../late.csv"
            )
            #expect(try verify(folder).problems.map(\.file) == ["late.csv", "late.csv"])
        }
    }

    @Test("finds a bundle that somebody else signed anew")
    func signedAnew() async throws {
        try await withBundle { folder in
            let other = EvidenceKey()
            let month = try await SampleMonth.made()
            let builder = EvidenceBuilder(store: month.log.store, content: SampleMonth.content, key: other)
            _ = try await builder.build(SampleMonth.request(), to: folder + "-other")
            #expect(try verify(folder + "-other", other).isValid)
            let problems = try verify(folder + "-other").problems
            #expect(Set(problems.map(\.file)) == ["manifest.sig", "manifest.json", "evidence.pub"])
        }
    }

    @Test("names the commit that is missing or changed, whatever the manifest says")
    func commits() async throws {
        try await withBundle { folder in
            let events = try FileManager.default.contentsOfDirectory(atPath: folder + "/events").sorted()
            let name = try #require(try events.first { try lines(folder + "/events/" + $0).count > 3 })
            let path = folder + "/events/" + name
            let before = try lines(path)
            try write(before.dropFirst().map { $0 }, to: path)
            let missing = try verify(folder).problems.filter { $0.file == "events/" + name }.map(\.what)
            #expect(missing.contains { $0.contains("the commit of position") && $0.contains("is missing") })
            try write(before.dropLast().map { $0 }, to: path)
            let cut = try verify(folder).problems.filter { $0.file == "events/" + name }.map(\.what)
            #expect(cut.contains { $0.hasPrefix("the commits of positions ") })
            let forged = before.map { $0.replacing(#""actor":""#, with: #""actor":"x"#) }
            try write(forged, to: path)
            let changed = try verify(folder).problems.filter { $0.file == "events/" + name }.map(\.what)
            #expect(changed.contains { $0.contains("it does not match its chain value") })
        }
    }

    @Test("names the host that a table hides though the events tell of it, also where the manifest was signed")
    func missingHost() async throws {
        try await withBundle { folder in
            let path = folder + "/population.csv"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let rows = text.split(separator: "\r\n").filter { !$0.hasPrefix(SampleMonth.fresh) }
            try Data((rows.joined(separator: "\r\n") + "\r\n").utf8).write(to: URL(filePath: path))
            let problems = try verify(folder).problems.map(\.description)
            #expect(
                problems.contains(
                    "population.csv: node \(SampleMonth.fresh) is missing: the events have its enrolment"
                )
            )
            #expect(problems.contains("population.csv: node \(SampleMonth.fresh) of unknown.csv is missing"))
        }
    }

    @Test("names the change that a table hides, and one that never was")
    func missingChange() async throws {
        try await withBundle { folder in
            let path = folder + "/changes.csv"
            var rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\r\n")
            let hidden = rows.removeLast()
            try Data((rows.joined(separator: "\r\n") + "\r\n").utf8).write(to: URL(filePath: path))
            let missing = try verify(folder).problems.filter { $0.file == "changes.csv" }
            #expect(missing.contains { $0.what.hasPrefix("the rows that follow from shard ") })
            rows += [hidden, hidden]
            try Data((rows.joined(separator: "\r\n") + "\r\n").utf8).write(to: URL(filePath: path))
            let invented = try verify(folder).problems.filter { $0.file == "changes.csv" }
            #expect(invented.contains { $0.what.hasSuffix("from which none more follows") })
        }
    }

    @Test("says of a folder without a manifest that it is no bundle")
    func noBundle() async throws {
        try await TemporaryFolder.with { folder -> Void in
            #expect(throws: EvidenceError.noBundle(folder: folder)) { _ = try verify(folder) }
        }
    }

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func write(_ lines: [String], to path: String) throws {
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    }
}
