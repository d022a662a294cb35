import AgentProtocol
import Logging

/// What programs printed: of use to a person, and worth no delay of a report.
extension ReportSender {
    func pendingOutputs() -> [OutputStore.Pending] {
        do throws(FileFailure) {
            return try outputs?.pending() ?? []
        } catch {
            logger.warning("what programs printed cannot be sent", metadata: ["error": "\(error)"])
            return []
        }
    }

    /// What is not taken for good is given up, as is what cannot be read; it stays on the host for a while.
    ///
    /// - Throws: the first failure that another attempt may mend.
    func deliver(_ pending: [OutputStore.Pending]) async throws(LinkFailure) {
        guard let outputs else { return }
        for output in pending {
            do {
                guard let content = try outputs.content(of: output) else { continue }
                try await link.upload(output: content, of: output.order, named: output.name)
                try outputs.settle(output)
            } catch LinkFailure.rejected(let status, let detail) {
                warn("the control plane does not take an output", output, "\(detail) (\(status))")
                settle(output, in: outputs)
            } catch let failure as LinkFailure {
                throw failure
            } catch {
                warn("an output is not sent", output, "\(error)")
            }
        }
    }

    private func settle(_ output: OutputStore.Pending, in outputs: OutputStore) {
        do throws(FileFailure) {
            try outputs.settle(output)
        } catch {
            warn("an output that is given up stays", output, error.description)
        }
    }

    private func warn(_ what: Logger.Message, _ output: OutputStore.Pending, _ error: String) {
        let metadata: Logger.Metadata = [
            "order.id": "\(output.order)", "output": "\(output.name)", "error": "\(error)",
        ]
        logger.warning(what, metadata: metadata)
    }
}
