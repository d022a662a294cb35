import Evidence
import FoundationEssentials
import Subprocess
import SystemPackage
import Testing

/// OpenSSL plays the authority.
@Suite("A bundle's timestamp", .timeLimit(.minutes(20)))
struct TimestampTests {
    private static let configuration = """
        [req]
        distinguished_name = name
        [name]
        [ca]
        basicConstraints = critical,CA:TRUE
        extendedKeyUsage = critical,timeStamping
        [tsa]
        default_tsa = authority
        [authority]
        serial = ./serial
        signer_digest = sha256
        default_policy = 1.2.3.4.1
        digests = sha256
        ess_cert_id_alg = sha256

        """

    /// An authority in a folder: its certificate is `ca.pem` there.
    private func authority(_ folder: String) async throws -> TimestampAuthority {
        try Data(Self.configuration.utf8).write(to: URL(filePath: folder + "/tsa.cnf"))
        try Data("01\n".utf8).write(to: URL(filePath: folder + "/serial"))
        let made = try await openssl(
            folder,
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out ca.pem -subj /CN=tsa "
                + "-days 3650 -config tsa.cnf -extensions ca"
        )
        #expect(made == .exited(0))
        return TimestampAuthority(url: "http://tsa.example", random: 7) { request in
            try Data(request).write(to: URL(filePath: folder + "/request.tsq"))
            let answered = try await openssl(
                folder,
                "ts -reply -queryfile request.tsq -signer ca.pem -inkey tsa.key -config tsa.cnf -out reply.tsr"
            )
            #expect(answered == .exited(0))
            return Array(try Data(contentsOf: URL(filePath: folder + "/reply.tsr")))
        }
    }

    private func openssl(_ folder: String, _ arguments: String) async throws -> TerminationStatus {
        try await Subprocess.run(
            .name("openssl"),
            arguments: Arguments(arguments.split(separator: " ").map(String.init)),
            workingDirectory: FilePath(folder),
            output: .discarded,
            error: .discarded
        ).terminationStatus
    }

    private func withBundle(_ body: (_ folder: String, _ bundle: String) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            var request = try SampleMonth.request()
            request.authority = try await authority(folder)
            try await SampleMonth.made().build(request, to: folder + "/bundle")
            try await body(folder, folder + "/bundle")
        }
    }

    private func verify(_ bundle: String) throws -> BundleReport {
        try BundleVerifier(folder: bundle, key: SampleMonth.key.publicKey).verify()
    }

    @Test("is of its manifest, as OpenSSL verifies, too")
    func stamped() async throws {
        try await withBundle { folder, bundle in
            let report = try verify(bundle)
            #expect(report.problems.isEmpty)
            #expect(try #require(report.timestamp).contains(#/^20[0-9-]+T[0-9:]+Z by http:\/\/tsa.example$/#))
            let command = "ts -verify -data bundle/manifest.json -in bundle/manifest.tsr -CAfile ca.pem"
            #expect(try await openssl(folder, command) == .exited(0))
        }
    }

    @Test("is told as what it says, for a changed signature is found by OpenSSL alone")
    func forged() async throws {
        try await withBundle { folder, bundle in
            let path = bundle + "/manifest.tsr"
            var stamp = try Data(contentsOf: URL(filePath: path))
            // The authority's signature comes last.
            stamp[stamp.endIndex - 1] ^= 1
            try stamp.write(to: URL(filePath: path))
            let report = try verify(bundle)
            #expect(report.isValid)
            let claim = try #require(report.timestampClaim)
            #expect(claim.hasPrefix("manifest.tsr is about this manifest and says \(try #require(report.timestamp));"))
            #expect(claim.hasSuffix("only `openssl ts -verify` proves"))
            let command = "ts -verify -data bundle/manifest.json -in bundle/manifest.tsr -CAfile ca.pem"
            #expect(try await openssl(folder, command) != .exited(0))
        }
    }

    @Test("is missed when it is gone, and told from another one")
    func others() async throws {
        try await withBundle { folder, bundle in
            let path = bundle + "/manifest.tsr"
            let stamp = try Data(contentsOf: URL(filePath: path))
            try FileManager.default.removeItem(atPath: path)
            #expect(try verify(bundle).problems.map(\.description) == ["manifest.tsr: it is missing"])
            try Data("x".utf8).write(to: URL(filePath: path))
            #expect(try verify(bundle).problems.map(\.file) == ["manifest.tsr"])
            let plain = folder + "/plain"
            try await SampleMonth.made().build(SampleMonth.request(), to: plain)
            try stamp.write(to: URL(filePath: plain + "/manifest.tsr"))
            let problems = try verify(plain).problems.map(\.description)
            #expect(problems == ["manifest.tsr: the manifest names no authority"])
        }
    }

    @Test("that answers another request is refused")
    func replayed() async throws {
        try await withBundle { folder, bundle in
            let stamp = Array(try Data(contentsOf: URL(filePath: bundle + "/manifest.tsr")))
            var request = try SampleMonth.request()
            request.authority = TimestampAuthority(url: "http://tsa.example", random: 8) { _ in stamp }
            let other = request
            await #expect(throws: TimestampProblem.otherNonce) {
                try await SampleMonth.made().build(other, to: folder + "/other")
            }
            request.authority = TimestampAuthority(url: "http://elsewhere.example", random: 7) { _ in stamp }
            let third = request
            await #expect(throws: TimestampProblem.otherDigest) {
                try await SampleMonth.made().build(third, to: folder + "/other")
            }
        }
    }
}
