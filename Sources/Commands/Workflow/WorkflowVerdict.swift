package import ArgumentParser
import ControlPlane
package import Domain
import FoundationEssentials
import Workflows

/// What `workflow check` finds in one file.
package struct WorkflowVerdict: Equatable, Sendable {
    package enum Outcome: Equatable, Sendable {
        /// A line that says what it defines.
        case valid(String)
        /// A line for each problem.
        case invalid([String])
        case unreadable(String)
    }

    package let outcome: Outcome

    /// Reads the file.
    package init(file: String) {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: file))
        } catch {
            let reason = (error as? CocoaError)?.reason ?? "\(error)"
            self.init(outcome: .unreadable("cannot read \(file): \(reason)".printable))
            return
        }
        let documents: [Document]
        do {
            documents = try DocumentLibrary(besideWorkflowsIn: URL(filePath: file).deletingLastPathComponent().path).all
        } catch let problems as WorkflowProblems {
            self.init(outcome: .invalid(problems.problems.map { "\($0)".printable }))
            return
        } catch {
            self.init(outcome: .unreadable("\(error)".printable))
            return
        }
        self.init(bytes: [UInt8](bytes), file: file, documents: documents)
    }

    private init(outcome: Outcome) { self.outcome = outcome }

    /// - Parameter documents: those that a workflow may name.
    package init(bytes: [UInt8], file: String, documents: [Document] = []) {
        do throws(WorkflowProblems) {
            if DocumentFile.isOne(bytes) {
                let document = try DocumentFile.parse(bytes, file: file)
                let steps = document.steps.map(\.name).joined(separator: ", ")
                outcome = .valid("\(file): document \(document.name): \(steps)".printable)
                return
            }
            let definition = try WorkflowFile.parse(bytes, file: file, documents: documents)
            let stages = definition.stages.map(\.name).joined(separator: ", ")
            outcome = .valid("\(file): \(definition.name): \(stages)".printable)
        } catch {
            outcome = .invalid(error.problems.map { "\($0)".printable })
        }
    }

    /// nil when the file is right.
    package var exitCode: ExitCode? {
        switch outcome {
        case .valid: nil
        case .invalid: .invalidFile
        case .unreadable: .inputMissing
        }
    }
}
