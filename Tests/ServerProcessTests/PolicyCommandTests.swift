import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ReadModels
import Schema
import Subprocess
import TestSupport
import Testing

@Suite("ringmaster policy, window, rehearse and patch", .timeLimit(.minutes(10)))
struct PolicyCommandTests {
    private static let shipped = Repository.root + "/policy"

    @Test(
        "The shipped policy is linted, tested, compared, applied, shown and rehearsed; a patch is rejected and accepted"
    )
    func wholeWay() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        try await TemporaryFolder.with { folder in
            let ending = try await Ringmaster.serving(data: folder + "/data", database) { server in
                try await apply(server)
                try await look(server)
                try await reject(server)
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
        }
        try await database.drop()
    }

    @Test("What is wrong with a folder is told with its place, and an exit code for scripts")
    func wrong() async throws {
        try await TemporaryFolder.with { folder in
            let empty = try await Ringmaster.run("policy", "lint", folder)
            #expect(empty.status == .exited(66))
            #expect(empty.errors.contains("holds no .yaml file"), "\(empty.errors)")
            try write("sites: [{ name: London, zone: Mars }]\n", folder)
            let wrong = try await Ringmaster.run("policy", "lint", folder)
            #expect(wrong.status == .exited(65))
            #expect(wrong.output.hasPrefix("\(folder)/policy.yaml:1:31: unknown time zone `Mars`"), "\(wrong.output)")
            try write("sites: [{ name: London, zone: UTC }]\n", folder)
            let untested = try await Ringmaster.run("policy", "test", folder)
            #expect(untested.status == .exited(1))
            #expect(untested.errors.contains("nothing was checked"), "\(untested.errors)")
            let missing = try await Ringmaster.run("policy", "lint", folder + "/none")
            #expect(missing.status == .exited(66))
        }
    }

    @Test("A calendar is read beside the files or fetched; one that cannot be had is a problem of its line")
    func calendars() async throws {
        let calendar =
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nDTSTART;VALUE=DATE:20270101\nEND:VEVENT\nEND:VCALENDAR\n"
        let router = Router()
        router.get("holidays.ics") { _, _ in calendar }
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
            .test(.live) { web in
                let url = "http://127.0.0.1:\(try #require(web.port))"
                try await TemporaryFolder.with { folder in
                    try calendar.write(toFile: folder + "/own.ics", atomically: false, encoding: .utf8)
                    try write(
                        "freezes:\n  - { calendar: own.ics }\n  - { calendar: \"\(url)/holidays.ics\" }\n",
                        folder
                    )
                    let read = try await Ringmaster.run("policy", "lint", folder)
                    #expect(read.status == .exited(0), "\(read.output)")
                    #expect(read.output.contains("2 freezes and calendars"), "\(read.output)")
                    try write("freezes:\n  - { calendar: \"\(url)/none.ics\" }\n", folder)
                    let missing = try await Ringmaster.run("policy", "lint", folder)
                    #expect(missing.status == .exited(65))
                    #expect(
                        missing.output.contains("policy.yaml:2:17: cannot fetch \(url)/none.ics"),
                        "\(missing.output)"
                    )
                }
            }
    }

    // MARK: - Steps

    private func apply(_ server: RunningServer) async throws {
        let linted = try await Ringmaster.run("policy", "lint", Self.shipped)
        #expect(linted.status == .exited(0))
        #expect(linted.output.contains("6 sites, 9 patch groups, 3 baselines, 4 windows"), "\(linted.output)")
        let tested = try await Ringmaster.run("policy", "test", Self.shipped)
        #expect(tested.status == .exited(0))
        #expect(tested.output == "6 of 6 cases hold\n")
        let gap = try await run(["cycle", "start", "monthly-patch-cycle", "--as", "ana"], server)
        #expect(gap.status == .exited(4))
        #expect(gap.errors.contains("run `ringmaster policy apply FOLDER`"), "\(gap.errors)")
        let different = try await run(["policy", "diff", Self.shipped], server)
        #expect(different.status == .exited(1))
        #expect(different.output.contains("plat-al2023-baseline"), "\(different.output)")
        let applied = try await run(["policy", "apply", Self.shipped, "--as", "ana"], server)
        #expect(applied.status == .exited(0), "\(applied.errors)")
        #expect(applied.output.contains("is applied, by ana\n"), "\(applied.output)")
        let same = try await run(["policy", "diff", Self.shipped], server)
        #expect(same.status == .exited(0))
        #expect(same.output.hasPrefix("Nothing changes"), "\(same.output)")
    }

    private func look(_ server: RunningServer) async throws {
        let shown = try await run(["policy", "show"], server)
        #expect(shown.output.contains("plat-ubuntu22-baseline"), "\(shown.output)")
        let windows = try await run(
            ["window", "next", "early", "--from", "2026-06-01T00:00:00Z", "--count", "3"],
            server
        )
        #expect(
            windows.output == """
                OPENS (LOCAL)              OPENS (UTC)           WINDOW  SITE            FOR     CLOSES (LOCAL)             NOTE
                2026-06-02T02:00:00+10:00  2026-06-01T16:00:00Z  early   ap-southeast-2  AL2023  2026-06-02T05:00:00+10:00
                2026-06-02T02:00:00+08:00  2026-06-01T18:00:00Z  early   ap-southeast-1  AL2023  2026-06-02T05:00:00+08:00
                2026-06-02T02:00:00+02:00  2026-06-02T00:00:00Z  early   Frankfurt       AL2023  2026-06-02T05:00:00+02:00

                """
        )
        let unknown = try await run(["window", "next", "never"], server)
        #expect(unknown.status == .exited(4))
        let rehearsed = try await run(["rehearse", "monthly-patch-cycle", "--from", "2026-06-07T12:00:00Z"], server)
        #expect(rehearsed.status == .exited(1), "there is no node")
        #expect(rehearsed.output.contains("no node of the fleet is in it"), "\(rehearsed.output)")
    }

    private func reject(_ server: RunningServer) async throws {
        let rejected = try await run(
            ["patch", "reject", "openssl*", "--reason", "breaks TLS", "--expires", "2099-12-31", "--as", "ana"],
            server
        )
        #expect(rejected.status == .exited(0), "\(rejected.errors)")
        #expect(rejected.output == "openssl* is rejected; by their last scans no node has it.\n")
        let shown = try await run(["policy", "show", "-o", "json"], server)
        let view = try JSONDecoder().decode(PolicyView.self, from: Data(shown.output.utf8))
        #expect(view.rejections.map(\.entry) == ["openssl*"])
        #expect(view.rejections.map(\.owner) == ["ana"])
        let accepted = try await run(
            ["patch", "accept", "openssl*", "--reason", "it was not that", "--as", "ben"],
            server
        )
        #expect(accepted.status == .exited(0), "\(accepted.errors)")
        let again = try await run(
            ["patch", "accept", "openssl*", "--reason", "it was not that", "--as", "ben"],
            server
        )
        #expect(again.status == .exited(4))
        #expect(again.errors.contains("patch-not-rejected"), "\(again.errors)")
    }

    private func run(_ arguments: [String], _ server: RunningServer) async throws -> Ringmaster.Ending {
        try await Ringmaster.run(arguments + ["--server", server.url, "--token-file", server.data + "/operator.token"])
    }

    private func write(_ text: String, _ folder: String) throws {
        try text.write(toFile: folder + "/policy.yaml", atomically: false, encoding: .utf8)
    }
}
