package import DurableStreams
package import ReadModels
package import Time

/// What the edges call: one value for each group of people and machines.
package struct ControlPlaneServices: Sendable {
    package let activations: ActivationService
    package let agents: AgentService
    package let cycles: CycleService
    package let schedules: ScheduleService
    package let questions: FleetQuestions

    package init(
        sender: MessageSender,
        orders: OrderDesk,
        reader: StreamReader,
        content: ContentStore,
        questions: FleetQuestions,
        workflows: WorkflowLibrary,
        orderKey: OrderSigningKey,
        now: @escaping @Sendable () -> Timestamp
    ) {
        let desk = MessageDesk(sender: sender, now: now)
        activations = ActivationService(desk: desk, orderKey: orderKey)
        agents = AgentService(desk: desk, orders: orders, reader: reader, content: content)
        cycles = CycleService(desk: desk, workflows: workflows)
        schedules = ScheduleService(desk: desk, workflows: workflows)
        self.questions = questions
    }
}
