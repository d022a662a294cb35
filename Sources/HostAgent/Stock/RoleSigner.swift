import AWSSignature
import AgentProtocol
import Synchronization
package import Time

/// Signs with the temporary credentials that a stock agent shares with what it runs.
///
/// The file is read for each request: the stock agent exchanges them before they expire.
package final class RoleSigner: RequestSigner {
    /// The signing name that the agents' protocol has in common with SSM.
    private static let service = "ssm"

    private let file: String
    private let signature: SignatureV4
    private let last = Mutex<AWSCredentials?>(nil)

    /// - Parameters:
    ///   - file: AWS's file of shared credentials.
    ///   - region: of the stock agent's registration.
    package init(file: String, region: String) {
        self.file = file
        signature = SignatureV4(region: region, service: Self.service)
    }

    package func proof(of request: UnsignedRequest, at moment: Timestamp) throws(LinkFailure) -> RequestProof {
        let credentials = try credentials()
        let plain = SignableRequest(
            method: request.method,
            target: request.target,
            headers: [("host", request.host), (RequestSignature.nodeHeader, request.node)],
            payloadHash: SignatureV4.payloadHash(request.body)
        )
        let signed = signature.signed(plain, by: credentials, at: moment)
        // The host is a header of the connection's own.
        return RequestProof(
            headers: signed.headers.filter { $0.name != "host" },
            signer: credentials.accessKeyID
        )
    }

    /// Those of the file; while it is being written anew, those that were read before.
    private func credentials() throws(LinkFailure) -> AWSCredentials {
        let problem: String
        do throws(FileFailure) {
            let text = try DurableFile.text(file) ?? ""
            if let read = CredentialsFile.credentials(in: text) {
                last.withLock { $0 = read }
                return read
            }
            problem = "\(file) holds no whole credentials of the profile \(CredentialsFile.profile)"
        } catch {
            problem = error.description
        }
        if let known = last.withLock({ $0 }) { return known }
        throw .unauthorized(
            detail: "\(problem); the stock agent writes them there unless its Profile settings say otherwise"
        )
    }
}
