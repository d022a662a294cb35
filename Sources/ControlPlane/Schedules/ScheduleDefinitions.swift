import Domain
import DurableStreams

/// What the loaded workflows ask of their schedules under the present policy.
struct ScheduleDefinitions {
    struct Definition {
        let stream: StreamID
        let cycle: ScheduledCycle
    }

    private(set) var definitions: [Definition] = []
    /// Of workflows that leave something to the policy that it does not have: their schedules stay as they are.
    private(set) var gaps: [PolicyGap] = []

    init(_ workflows: WorkflowLibrary, _ book: PolicyBook) {
        for workflow in workflows.all {
            guard let rule = workflow.definition.starts else { continue }
            do throws(PolicyGap) {
                let start = CycleStart(
                    definition: try workflow.definition.completed(by: book),
                    definitionDigest: workflow.digest,
                    opensWindowsNow: false,
                    policyDigest: book.digest,
                    policyAppliedBy: book.appliedBy
                )
                let stream = StreamID(kind: ScheduleDecider.kind, name: workflow.definition.name)
                definitions.append(Definition(stream: stream, cycle: ScheduledCycle(rule: rule, start: start)))
            } catch {
                gaps.append(error)
            }
        }
    }
}
