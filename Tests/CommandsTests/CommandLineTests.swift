import ArgumentParser
import Commands
import Testing

struct CommandLineTests {
    @Test(
        "A command line that is complete is taken",
        arguments: [
            "activation create --site Frankfurt --patch-group Debian12-early --uses 9 --expires 7d",
            "activation create --site a --patch-group b --from 10.0.0.0/8 --from ::1 --requires-approval",
            "ca init --data d --name a --name 10.0.0.7", "ca renew -o json", "node approve mi-1 --as ana",
            "node ls --ca-file f --insecure-http", "serve --listen 0.0.0.0:1 --insecure-http", "node ls -o json",
            "node show mi-1", "cycle start debian12-rings --now --as alice", "cycle ls",
            "cycle show c-1 --at 2026-11-23T08:00:00Z --hosts", "cycle watch c-1 --server http://10.0.0.1:1",
            "cycle approve c-1 --stage early --digest abc --reason fine", "cycle pause c-1 --reason why",
            "cycle resume c-1 --reason why", "cycle abort c-1 --reason why", "events tail --stream cycle/c-1 -f",
            "events tail -n 100 --all --from-start", "cycle plan c-1 -o json", "node revoke mi-1 --reason stolen",
            "report csv --cycle c-1 --out x.csv --token-file t", "report csv --cycle c-1 --to s3://acme/2026-11/",
            "report csv --cycle c-1 --to s3://acme/a.csv --encrypt kms --kms-key k --retain 365d --retain-mode governance",
            "engine status -o json", "engine retry m-1",
            "engine retry m-1 --stream cycle/c-1 --reason mended --as ana", "engine discard m-1 --reason why",
            "baseline preview policy --baseline a --days 30 --all", "policy lint policy", "policy test policy -o json",
            "policy diff policy", "policy apply policy --as ana",
            "policy show -o json", "patch reject openssl --reason x --expires 2026-12-31", "patch accept a --reason b",
            "window next", "window next early --count 3 --from 2026-06-01T00:00:00Z",
            "rehearse weekly --host-minutes 20",
            "advisory import a.xml b.json --as ana", "advisory import https://a.example/x --feed x --format kev",
            "advisory imports --feed a -n 1", "advisory ls --cve CVE-2026-1001 --package openssl --since 2026-11-01",
            "advisory ls --source red-hat --since 2026-11-01T00:00:00Z -n 5000 -o json",
            "advisory show openssl/CVE-2024-6119 --source debian --version abc",
            "advisory impact CVE-2024-6387", "sla", "sla --state due-soon -n 5000 -o json",
            "advisory impact ALAS-1 --source amazon-linux -o json",
            "node patches mi-1 --state InstalledPendingReboot", "why mi-1", "why mi-1 openssl -o json",
            "order-key rotate", "order-key activate --order-key /etc/ringmaster/order.key", "order-key withdraw",
            "order-key show --data d -o json",
        ]
    )
    func taken(line: String) throws {
        _ = try RingmasterCommand.parseAsRoot(line.split(separator: " ").map(String.init))
    }

    @Test(
        "A command line that is wrong ends with 64",
        arguments: [
            "activation create --site Frankfurt", "activation create --site a --patch-group b --uses 0",
            "activation create --site a --patch-group b --expires 31d",
            "activation create --site a --patch-group b --expires soon",
            "report csv --cycle c-1 --out x.csv --to s3://acme/", "report csv --cycle c-1 --to acme/a.csv",
            "report csv --cycle c-1 --retain 1d", "report csv --cycle c-1 --to s3://acme/ --encrypt aes256 --kms-key k",
            "ca init extra", "node approve", "cycle abort c-1", "cycle show c-1 --at yesterday",
            "node ls -o yaml", "cycle begin",
            "node revoke mi-1", "events tail -n 0", "events tail --lines 1001",
            "engine discard m-1", "engine retry", "policy lint", "patch reject a", "rehearse",
            "rehearse w --from monday",
            "patch reject a --reason b --expires 2026-02-30", "advisory import", "advisory import a b --feed c",
            "advisory import a --format yaml", "advisory ls --source acme", "advisory ls --cve 6387",
            "advisory ls --since yesterday", "advisory ls -n 0", "advisory imports -n 5001", "advisory impact",
            "sla --state late", "sla -n 0", "sla CVE-2024-6387",
            "node patches", "node patches mi-1 --state Lost", "why", "order-key exchange",
        ]
    )
    func refused(line: String) {
        do {
            _ = try RingmasterCommand.parseAsRoot(line.split(separator: " ").map(String.init))
            Issue.record("\(line) was taken")
        } catch {
            #expect(RingmasterCommand.exitCode(for: error) == .validationFailure)
        }
    }

    @Test(
        "Spans are whole numbers of one unit",
        arguments: [("90s", 90), ("30m", 1_800), ("24h", 86_400), ("7d", 604_800)]
    )
    func spans(text: String, seconds: Int) { #expect(Span(argument: text)?.seconds == seconds) }

    @Test("What is no span is refused", arguments: ["", "h", "0h", "-1h", "+1h", "1.5h", "1w", "9223372036854775807d"])
    func noSpans(text: String) { #expect(Span(argument: text) == nil) }

    @Test("Every command that does something has examples in its help")
    func help() {
        func check(_ command: any ParsableCommand.Type, _ path: String) {
            let subcommands = command.configuration.subcommands
            if subcommands.isEmpty {
                #expect(command.configuration.discussion.contains("Example"), "\(path)")
            }
            for subcommand in subcommands { check(subcommand, "\(path) \(subcommand.configuration.commandName ?? "")") }
        }
        check(RingmasterCommand.self, "ringmaster")
    }
}
