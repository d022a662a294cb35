import AWSSignature
import Domain
import FoundationEssentials
import HTTPTypes
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Time

@testable import Deliveries

@Suite("Security Hub", .timeLimit(.minutes(20)))
struct SecurityHubTests {
    private static let hub = Destination.SecurityHub(account: Sample.account, regions: ["London": "eu-west-2"])
    private static let key = AWSCredentials(accessKeyID: "AKIAEXAMPLE", secretAccessKey: "secret")

    private static func sender(_ url: String) -> SecurityHubSender {
        SecurityHubSender(credentials: key, endpoint: url, now: { Sample.now })
    }

    private static func nodes(_ count: Int) -> [String] {
        (1...count).map { "node/mi-\(String(repeating: "0", count: max(0, 17 - "\($0)".count)))\($0)" }
    }

    private static func send(_ subjects: [String], _ notice: Notice, by sender: SecurityHubSender) async throws
        -> [String]
    {
        try await withThrowingTaskGroup(of: String?.self) { group in
            for subject in subjects {
                group.addTask {
                    do {
                        _ = try await sender.send(to: hub, subject, notice)
                        return nil
                    } catch let error as DeliveryRefusal {
                        return "refused \(subject): \(error)"
                    } catch let error as DeliveryFailure {
                        return "failed \(subject): \(error)"
                    }
                }
            }
            return try await group.reduce(into: []) { texts, text in if let text { texts.append(text) } }
        }
    }

    // MARK: - moto

    @Test(
        "has one finding of each node, which is changed and archived as the node is, and boto3 reads it",
        .enabled(if: MotoServer.program != nil, "scripts/test installs moto's server")
    )
    func moto() async throws {
        try await MotoServer.with { port in
            let url = "http://127.0.0.1:\(port)"
            let sender = Self.sender(url)
            let subjects = Self.nodes(120)
            #expect(try await Self.send(subjects, Sample.notice(Sample.node()), by: sender) == [])
            let opened = try await Self.read(url, region: "eu-west-1")
            #expect(opened.count == 120 && Set(opened.map(\.Id)).count == 120)
            let finding = try #require(opened.first { $0.Id.hasSuffix(subjects[0]) })
            #expect(finding.Id == "ringmaster/eu-west-1/123456789012/\(subjects[0])")
            #expect(finding.ProductArn == "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default")
            #expect(finding.AwsAccountId == Sample.account)
            #expect((finding.Severity.Label, finding.RecordState) == ("CRITICAL", "ACTIVE"))
            #expect((finding.Compliance.Status, finding.Workflow.Status) == ("FAILED", "NEW"))
            #expect(finding.Resources.map(\.Id) == [String(subjects[0].dropFirst(5))])
            #expect(finding.Description.contains("3 approved patches are missing, 1 of them critical"))

            var better = Sample.node()
            (better.missingCount, better.criticalCount, better.worstLevel) = (1, 0, .medium)
            let changed = Sample.notice(better, .nodeChanged, number: 2, at: Sample.now + .seconds(60))
            #expect(try await Self.send([subjects[0]], changed, by: sender) == [])
            let closed = Sample.notice(Sample.node(.compliant), .nodeClosed, number: 2, at: Sample.now + .seconds(60))
            #expect(try await Self.send([subjects[1]], closed, by: sender) == [])
            let later = try await Self.read(url, region: "eu-west-1")
            #expect(later.count == 120)
            let first = try #require(later.first { $0.Id.hasSuffix(subjects[0]) })
            #expect((first.Severity.Label, first.RecordState) == ("MEDIUM", "ACTIVE"))
            #expect(first.CreatedAt == "2026-11-26T16:00:00Z" && first.UpdatedAt == "2026-11-26T16:01:00Z")
            let second = try #require(later.first { $0.Id.hasSuffix(subjects[1]) })
            #expect(
                (second.RecordState, second.Compliance.Status, second.Workflow.Status) == (
                    "ARCHIVED", "PASSED", "RESOLVED"
                )
            )

            let london = Sample.notice(Sample.node(site: "London"))
            #expect(try await Self.send(["node/mi-london"], london, by: sender) == [])
            let elsewhere = try await Self.read(url, region: "eu-west-2")
            #expect(elsewhere.map(\.Resources.first?.Region) == ["eu-west-2"])
        }
    }

    @Test(
        "has the finding of a node that moved in its new region, and none that is active in the former",
        .enabled(if: MotoServer.program != nil, "scripts/test installs moto's server")
    )
    func moved() async throws {
        try await MotoServer.with { port in
            let url = "http://127.0.0.1:\(port)"
            let (sender, subject) = (Self.sender(url), Self.nodes(1)[0])
            #expect(try await Self.send([subject], Sample.notice(Sample.node()), by: sender) == [])
            let later = Sample.now + .seconds(60)
            var there = Sample.notice(Sample.node(site: "London"), .nodeChanged, number: 2, at: later)
            there.leaving = ["eu-west-1", "Atlantis"]
            #expect(try await Self.send([subject], there, by: sender) == [], "a site without a region had no finding")
            let former = try await Self.read(url, region: "eu-west-1")
            #expect(former.map(\.RecordState) == ["ARCHIVED"] && former.map(\.Workflow.Status) == ["RESOLVED"])
            #expect(former.first?.UpdatedAt == "2026-11-26T16:01:00Z")
            let present = try await Self.read(url, region: "eu-west-2")
            #expect(present.map(\.RecordState) == ["ACTIVE"])
            #expect(present.map(\.Resources.first?.Id) == former.map(\.Resources.first?.Id))
        }
    }

    private static func read(_ url: String, region: String) async throws -> [ReadFinding] {
        let script = """
            import boto3, json, sys
            hub = boto3.client("securityhub", endpoint_url=sys.argv[1], region_name=sys.argv[2],
                aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="secret")
            pages = hub.get_paginator("get_findings").paginate(PaginationConfig={"PageSize": 50})
            print(json.dumps([f for page in pages for f in page["Findings"]], default=str))
            """
        let outcome = try await Subprocess.run(
            .path(FilePath(try #require(MotoServer.python))),
            arguments: ["-c", script, url, region],
            output: .string(limit: 8 << 20),
            error: .string(limit: 1 << 16)
        )
        let text = outcome.standardOutput
        try #require(!text.isEmpty, "\(outcome.standardError)")
        return try JSONDecoder().decode([ReadFinding].self, from: Data(text.utf8))
    }

    // MARK: - Batches

    @Test("is told of a hundred nodes in a request, and of each that it does not take alone")
    func batches() async throws {
        let receiver = Receiver { request, _ in
            let ids = Self.ids(in: request.body)
            let failed = ids.filter { $0.hasSuffix("7") }.map {
                #"{"Id":"\#($0)","ErrorCode":"InternalError","ErrorMessage":"as the test says"}"#
            }
            let body =
                #"{"FailedCount":\#(failed.count),"SuccessCount":\#(ids.count - failed.count),"FailedFindings":[\#(failed.joined(separator: ","))]}"#
            return Receiver.Answer(body: body)
        }
        try await receiver.open { url in
            let failed = try await Self.send(Self.nodes(250), Sample.notice(Sample.node()), by: Self.sender(url))
            #expect(failed.count == 25)
            #expect(
                failed.allSatisfy { $0.hasPrefix("failed node/mi-") && $0.hasSuffix("InternalError, as the test says") }
            )
        }
        let sizes = receiver.requests.map { Self.ids(in: $0.body).count }
        #expect(sizes.allSatisfy { $0 <= 100 } && sizes.reduce(0, +) == 250 && sizes.count <= 10, "\(sizes)")
        #expect(receiver.requests.allSatisfy { $0.path == "/findings/import" })
        let authorization = receiver.requests.first?.header("authorization") ?? ""
        #expect(authorization.contains("/eu-west-1/securityhub/aws4_request"))
    }

    @Test("that has too many requests is asked again, later")
    func throttling() async throws {
        let receiver = Receiver { _, number in
            guard number < 2 else { return Receiver.Answer(body: #"{"FailedCount":0,"SuccessCount":1}"#) }
            return Receiver.Answer(
                status: 429,
                headers: Self.error("TooManyRequestsException"),
                body: #"{"Message":"slow"}"#
            )
        }
        try await receiver.open { url in
            var connection = Self.connection(url)
            connection.sleep = { _ in }
            let findings = [
                SecurityFinding(
                    "node/mi-1",
                    Sample.node(),
                    Sample.notice(Sample.node()),
                    account: Sample.account,
                    region: "eu-west-1"
                )
            ]
            let refused = try await connection.send(findings)
            #expect(refused.isEmpty)
        }
        #expect(receiver.requests.count == 3)
    }

    @Test("that cannot read one finding takes the others, and that one is refused")
    func malformed() async throws {
        let receiver = Receiver { request, _ in
            let ids = Self.ids(in: request.body)
            guard ids.contains(where: { $0.hasSuffix("3") }) else {
                return Receiver.Answer(body: #"{"FailedCount":0,"SuccessCount":\#(ids.count)}"#)
            }
            return Receiver.Answer(
                status: 400,
                headers: Self.error("InvalidInputException"),
                body: #"{"Message":"no"}"#
            )
        }
        try await receiver.open { url in
            let failed = try await Self.send(Self.nodes(5), Sample.notice(Sample.node()), by: Self.sender(url))
            #expect(
                failed.count == 1 && failed.first?.hasPrefix("refused node/mi-00000000000000003: ") == true,
                "\(failed)"
            )
        }
    }

    @Test("that is not enabled, or without a key or a region, fails with what to do")
    func advice() async throws {
        let receiver = Receiver { _, _ in
            Receiver.Answer(
                status: 403,
                headers: Self.error("InvalidAccessException"),
                body: #"{"Message":"not subscribed"}"#
            )
        }
        try await receiver.open { url in
            let failed = try await Self.send(["node/mi-1"], Sample.notice(Sample.node()), by: Self.sender(url))
            #expect(failed.first?.contains("not subscribed; check that it is enabled there") == true, "\(failed)")
            let keyless = SecurityHubSender(credentials: nil, endpoint: url, now: { Sample.now })
            let without = try await Self.send(["node/mi-1"], Sample.notice(Sample.node()), by: keyless)
            #expect(without.first?.contains("AWS_ACCESS_KEY_ID") == true)
            let nowhere = Sample.notice(Sample.node(site: "Frankfurt"))
            let lost = try await Self.send(["node/mi-1"], nowhere, by: Self.sender(url))
            #expect(lost.first?.hasPrefix("refused node/mi-1: site Frankfurt has no region of AWS") == true)
        }
        #expect(receiver.requests.count == 1)
    }

    @Test("names severities by the worst of what is missing and overdue")
    func severities() {
        func label(_ change: (inout NodeStanding) -> Void) -> String {
            var node = Sample.node(.compliant)
            change(&node)
            return SecurityFinding("node/a", node, Sample.notice(node), account: Sample.account, region: "eu-west-1")
                .severity.label
        }
        #expect(label { _ in } == "INFORMATIONAL")
        #expect(label { ($0.compliance, $0.worstLevel) = (.nonCompliant, .low) } == "LOW")
        #expect(label { ($0.compliance, $0.worstLevel) = (.nonCompliant, .unspecified) } == "INFORMATIONAL")
        #expect(label { $0.overdue = Sample.overdue } == "CRITICAL")
        #expect(
            label { node in
                (node.compliance, node.worstLevel, node.overdue) = (.nonCompliant, .high, Sample.overdue)
                node.isGone = true
            } == "INFORMATIONAL"
        )
    }

    // MARK: - Steps

    private static func connection(_ url: String) -> SecurityHubConnection {
        SecurityHubConnection(region: "eu-west-1", endpoint: url, credentials: key, now: { Sample.now })
    }

    private static func error(_ code: String) -> HTTPFields {
        HTTPField.Name("x-amzn-errortype").map { [$0: code] } ?? [:]
    }

    private static func ids(in body: [UInt8]) -> [String] {
        struct Import: Decodable {
            struct Finding: Decodable { var Id: String }
            var Findings: [Finding]
        }
        return (try? JSONDecoder().decode(Import.self, from: Data(body)))?.Findings.map(\.Id) ?? []
    }
}
