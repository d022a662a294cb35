import AWSSignature
import ArgumentParser
import Time

/// The verification of what AWS's tools sign, on one core.
struct SignatureBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signatures",
        abstract: "Signatures of AWS's version 4 that one core verifies in a second.",
        discussion: """
            Each is of a request for the patch states of fifty nodes, by one of a hundred keys: its headers are read, its date, \
            its body's hash and its signature are checked. There is no PostgreSQL in it. Goal: 10,000 a second.
            """
    )

    private static let keys = 100
    private static let now = Timestamp(microseconds: 1_795_000_000_000_000)

    @Option(help: "Signatures of a round.")
    var signatures = 50_000

    @Option(help: "Rounds; the median counts.")
    var rounds = 5

    func run() async throws {
        guard signatures > 0, rounds > 0 else { throw ValidationError("--signatures and --rounds are 1 at least") }
        let input = StatesInput(InstanceIds: (0..<50).map(Self.node))
        let requests = try (0..<Self.keys).map { number in
            try DoorRequest("DescribeInstancePatchStates", input, by: Self.key(number))
        }
        let signed = requests.map { $0.signed(for: "127.0.0.1", at: Self.now) }
        var seconds: [Double] = []
        for round in 1...rounds {
            let begun = ContinuousClock.now
            for number in 0..<signatures {
                let index = number % Self.keys
                try verify(signed[index], requests[index])
            }
            seconds.append((ContinuousClock.now - begun) / .seconds(1))
            progress("round \(round): \((seconds.last ?? 0).rounded(toPlaces: 3)) s")
        }
        let figures = SignatureFigures(
            signatures: signatures,
            perSecond: Int(Double(signatures) / seconds.median),
            microsecondsEach: (seconds.median / Double(signatures) * 1e6).rounded(toPlaces: 1)
        )
        let bound = "the processor: one core is at work"
        try Result(benchmark: "signatures", settings: nil, figures: figures, bound: bound).print()
    }

    // MARK: - Steps

    /// As the door does it.
    private func verify(_ headers: [(name: String, value: String)], _ request: DoorRequest) throws {
        let claim = try SignatureClaim(headers)
        try claim.check(service: DoorRequest.service, at: Self.now)
        let received = SignableRequest(
            method: "POST",
            path: "/",
            headers: headers,
            payloadHash: SignatureV4.payloadHash(request.body)
        )
        try claim.verify(received, secret: request.credentials.secretAccessKey)
    }

    private static func node(_ number: Int) -> String { "mi-0123456789abcd\(100 + number)" }

    private static func key(_ number: Int) -> AWSCredentials {
        AWSCredentials(accessKeyID: "RMAK\(number)", secretAccessKey: String(repeating: "\(number % 10)", count: 40))
    }
}

struct SignatureFigures: Encodable {
    let signatures: Int
    let perSecond: Int
    let microsecondsEach: Double
}
