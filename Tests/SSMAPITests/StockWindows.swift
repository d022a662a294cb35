import AWSSignature
import ControlPlaneTestSupport
import Foundation
import SSMAPI
import TestSupport
import Testing

/// A Windows host that does what launch.ps1 says, but for PowerShell: it fetches the one-shot by its digest, compiles and runs it.
struct StockWindows: StockProgram {
    let host: MonoHost
    let base: String
    let web: StockAgent.Web

    func run(_ script: String, _ environment: [String: String], by credentials: AWSCredentials) async throws -> Int32 {
        #expect(script == LaunchScript.windows.text)
        let digest = try #require(environment["RINGMASTER_AGENT_SHA256"])
        let answer = try await web("GET", "/agent/v1/binaries/\(digest)", [], [])
        try #require(answer.status == 200 && SignatureV4.payloadHash(answer.body) == digest)
        try await host.compile(answer.body)
        var environment = environment
        environment["RINGMASTER_SERVER"] = base
        let run = try await host.start(
            environment,
            accessKey: credentials.accessKeyID,
            secret: credentials.secretAccessKey,
            token: credentials.sessionToken ?? ""
        )
        // A test that has seen its end does not wait for the program's, and ends it.
        try Task.checkCancellation()
        #expect([0, MonoHost.reboot].contains(run.status), "\(run)")
        return run.status == MonoHost.reboot ? StockPlatform.windows.rebootCode : run.status
    }

    func reboot() async throws { try await host.reboot() }
}
