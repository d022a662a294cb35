import AWSSignature
import AsyncHTTPClient
import Commands
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import ReadModels
import Time

/// Reads patch states as AWS's tools do, over one connection.
struct DoorReader {
    private static let atOnce = (nodes: 50, ofGroup: 100)
    private static let answerBytes = 1 << 20

    private struct States: Decodable {
        struct State: Decodable {
            let InstanceId: String
        }

        let InstancePatchStates: [State]
        let NextToken: String?
    }

    private let url: String
    private let credentials: AWSCredentials

    /// Makes an access key, and the policy that has the fleet's site.
    init(_ server: ServerProcess) async throws {
        let site = PolicySite(name: DoorRequest.region, zone: "Europe/Berlin")
        _ = try await server.client.apply(ApplyPolicy(policy: Policy(sites: [site]), base: nil, by: "benchmark"))
        let request = CreateToken(name: "benchmark", roles: [.viewer], expiresInSeconds: 86_400, by: "benchmark")
        let key = try await server.client.createAccessKey(request)
        url = server.url
        credentials = AWSCredentials(accessKeyID: key.id, secretAccessKey: key.secret)
    }

    /// Of all pages.
    func seconds(ofNodes nodes: [String]) async throws -> Double {
        let begun = ContinuousClock.now
        var found = 0
        for start in stride(from: 0, to: nodes.count, by: Self.atOnce.nodes) {
            let some = Array(nodes[start..<min(start + Self.atOnce.nodes, nodes.count)])
            found += try await ask("DescribeInstancePatchStates", StatesInput(InstanceIds: some)).InstancePatchStates
                .count
        }
        return try seconds(since: begun, found, of: nodes.count)
    }

    /// Of all pages.
    func seconds(ofGroup group: String, count: Int) async throws -> Double {
        let begun = ContinuousClock.now
        var (found, token) = (0, String?.none)
        repeat {
            let input = GroupStatesInput(PatchGroup: group, MaxResults: Self.atOnce.ofGroup, NextToken: token)
            let page = try await ask("DescribeInstancePatchStatesForPatchGroup", input)
            found += page.InstancePatchStates.count
            token = page.NextToken
        } while token != nil
        return try seconds(since: begun, found, of: count)
    }

    // MARK: - Steps

    private func seconds(since begun: ContinuousClock.Instant, _ found: Int, of count: Int) throws -> Double {
        let seconds = (ContinuousClock.now - begun) / .seconds(1)
        guard found == count else { throw Incomplete(what: "the states of \(found) nodes came, of \(count)") }
        return seconds
    }

    private func ask(_ operation: String, _ input: some Encodable) async throws -> States {
        let request = try DoorRequest(operation, input, by: credentials)
        var sent = HTTPClientRequest(url: url + "/")
        sent.method = .POST
        let host = String(url.split(separator: "/").last ?? "")
        for (name, value) in request.signed(for: host, at: wallTime()) where name != "host" {
            sent.headers.add(name: name, value: value)
        }
        sent.body = .bytes(request.body)
        let answer = try await HTTPClient.shared.execute(sent, timeout: .seconds(60))
        let body = try await answer.body.collect(upTo: Self.answerBytes)
        guard answer.status == .ok else {
            throw Incomplete(what: "\(operation) was answered with \(answer.status.code): \(String(buffer: body))")
        }
        return try JSONDecoder().decode(States.self, from: Data(body.readableBytesView))
    }
}
