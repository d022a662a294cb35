import ArgumentParser
import Client
import Commands
import Foundation
import Postgres

/// How long the server takes for each page of the console and each list of the API, with a large fleet.
struct PagesBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages",
        abstract: "Milliseconds of each page of the console and each list of the API, with a large fleet.",
        discussion: """
            A cycle over the fleet is carried out and a second one stays in its scan; a year of days and advisories are made beside them. Then \
            a server process is asked over one connection: once to warm up, and as often as there are rounds. Of a CSV its first rows \
            count. Goal: the median of each within 100 ms, and each page of the console under 100 kB; it ends with 1 when one \
            is beyond.
            """
    )

    /// Of the goal.
    private static let mostMilliseconds = 100.0
    /// Of a page of the console.
    private static let mostBytes = 100_000

    @Option(help: "Hosts of the fleet.")
    var hosts = 100_000

    @Option(help: "Requests of each page, of which the median counts.")
    var rounds = 7

    func run() async throws {
        guard hosts >= 1_000, rounds > 0 else {
            throw ValidationError("--hosts is 1,000 at least and --rounds is 1 at least")
        }
        let figures = try await ServerProcess.withFolder { folder in
            let scene = try await PageScene.prepared(in: folder, hosts: hosts)
            let options = try HostFleet.options(data: folder)
            return try await ServerProcess.serving(options) { server in
                while try await !server.client.isReady() { try await Task.sleep(for: .milliseconds(20)) }
                return try await PageReader.with(server, data: folder) { try await measure(scene, $0) }
            }
        }
        try Result(
            benchmark: "pages",
            settings: figures.settings,
            figures: figures.pages,
            bound: "one request at a time: its questions to PostgreSQL, then the page"
        ).print()
        guard figures.pages.beyond.isEmpty, figures.pages.unanswered.isEmpty else { throw ExitCode(1) }
    }

    private func measure(
        _ scene: PageScene,
        _ reader: PageReader
    ) async throws -> (settings: Settings, pages: PagesFigures) {
        let addresses = try await scene.addresses(reader)
        var (first, medians, unanswered) = ([String: Double](), [String: Double](), [String]())
        var bytes: [String: Int] = [:]
        for address in addresses {
            let name = scene.shown(address)
            do {
                let visit = try await reader.visit(address)
                first[name] = visit.milliseconds.rounded(toPlaces: 1)
                if Self.isPage(address) { bytes[name] = visit.bytes }
            } catch let incomplete as Incomplete {
                progress("\(incomplete)")
                unanswered.append(name)
                continue
            }
            var times: [Double] = []
            for _ in 0..<rounds { times.append(try await reader.visit(address).milliseconds) }
            medians[name] = times.median.rounded(toPlaces: 1)
            progress("\(name): \(medians[name] ?? 0) ms")
        }
        let slow = medians.filter { $0.value > Self.mostMilliseconds }.keys
        let large = bytes.filter { $0.value >= Self.mostBytes }.keys
        return (
            scene.settings,
            PagesFigures(
                hosts: hosts,
                milliseconds: medians,
                firstMilliseconds: first,
                bytes: bytes,
                beyond: Set(slow).union(large).sorted(),
                unanswered: unanswered
            )
        )
    }

    private static func isPage(_ address: String) -> Bool {
        address.hasPrefix("/console") && !address.contains(".csv")
    }
}

struct PagesFigures: Encodable, Sendable {
    let hosts: Int
    /// The median, by page.
    let milliseconds: [String: Double]
    /// Of the first request, before anything is kept.
    let firstMilliseconds: [String: Double]
    /// Of the pages of the console.
    let bytes: [String: Int]
    /// The pages that miss the goal.
    let beyond: [String]
    /// Those that were not answered with 200.
    let unanswered: [String]
}
