import AsyncHTTPClient
package import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Fetches what stands at an address.
package enum Download {
    private static let timeout = TimeAmount.seconds(60)

    /// - Parameter limit: the most bytes that are taken.
    /// - Throws: ``DownloadFailure`` that names the address.
    package static func bytes(from address: String, atMost limit: Int) async throws -> Data {
        do {
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: address), timeout: timeout)
            guard response.status == .ok else {
                throw DownloadFailure(address: address, reason: "the answer is \(response.status)")
            }
            return Data(try await response.body.collect(upTo: limit).readableBytesView)
        } catch let failure as DownloadFailure {
            throw failure
        } catch let error as CancellationError {
            throw error
        } catch is NIOTooManyBytesError {
            throw DownloadFailure(address: address, reason: "it has more than \(limit) bytes")
        } catch {
            throw DownloadFailure(address: address, reason: "\(error)")
        }
    }
}

package struct DownloadFailure: Error, CustomStringConvertible {
    package let address: String
    package let reason: String

    package var description: String { "cannot fetch \(address): \(reason)" }
}
