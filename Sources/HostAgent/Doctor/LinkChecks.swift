import AgentProtocol
import NIOSSL
import Time

/// Whether the control plane answers and knows this host, and how far its clock is from this one's.
struct ServerCheck: HealthCheck {
    let configuration: AgentConfiguration
    let state: StateFolder

    var name: String { "server" }

    func findings() async throws -> [Finding] {
        guard let key = try HostKey.read(at: state.keyFile) else {
            return [Finding(name, "there is no key \(state.keyFile)", advice: "enrol the host again")]
        }
        let watch = ClockWatch()
        let failure = try await HTTPControlPlane.with(
            configuration,
            signer: key,
            watch: watch,
            now: SystemClock.now
        ) { link -> LinkFailure? in
            do throws(LinkFailure) {
                _ = try await link.orderKeys()
                return nil
            } catch {
                return error
            }
        }
        return clock(watch) + (failure.map { [finding($0)] } ?? [])
    }

    private func finding(_ failure: LinkFailure) -> Finding {
        let advice = "see that the host reaches it and is no revoked node"
        return Finding(name, "\(configuration.server): \(failure)", advice: advice)
    }

    private func clock(_ watch: ClockWatch) -> [Finding] {
        guard let offset = watch.offset(ofWall: SystemClock.now()),
            offset > Order.clockTolerance || offset < .zero - Order.clockTolerance
        else { return [] }
        let side = offset > .zero ? "ahead of" : "behind"
        let detail = "this host's clock is \(abs(offset.components.seconds)) seconds \(side) the control plane's"
        return [Finding("clock", detail, advice: "set it, and have it kept by chrony or systemd-timesyncd")]
    }
}

/// The certificate authorities that the control plane is believed by.
struct AuthorityCheck: HealthCheck {
    private static let warning = Duration.seconds(30 * 86_400)

    let file: String
    let now: @Sendable () -> Timestamp

    var name: String { "certificate-authority" }

    func findings() throws -> [Finding] {
        let certificates = try NIOSSLCertificate.fromPEMFile(file)
        guard !certificates.isEmpty else {
            return [Finding(name, "\(file) holds no certificate", advice: "put the control plane's authority there")]
        }
        return certificates.compactMap { certificate in
            let end = Timestamp(microseconds: Int64(certificate.notValidAfter) * 1_000_000)
            guard end < now() + Self.warning else { return nil }
            let verb = end < now() ? "ended" : "ends"
            return Finding(name, "a certificate in \(file) \(verb) at \(end)", advice: "put its successor there")
        }
    }
}
