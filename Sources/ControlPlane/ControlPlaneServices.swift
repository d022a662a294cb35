package import DurableStreams
package import ReadModels
package import Time

/// What the edges call: one value for each group of people and machines.
package struct ControlPlaneServices: Sendable {
    package let access: AccessService
    package let activations: ActivationService
    package let advisories: AdvisoryService
    package let agents: AgentService
    package let associations: AssociationService
    package let audit: AuditService
    package let calendar: CalendarService
    package let commands: CommandService
    package let cycles: CycleService
    package let deliveries: DeliveryService
    package let documents: DocumentService
    package let engine: EngineOperations
    package let maintenanceWindows: MaintenanceWindowService
    package let nodes: NodeService
    package let policy: PolicyService
    package let runs: RunService
    package let rebootSlots: RebootSlotService
    package let schedules: ScheduleService
    package let sla: SLAService
    package let questions: FleetQuestions

    /// - Parameters:
    ///   - caSHA256: the pin of the private certificate authority behind the server's certificate, for hosts that enrol.
    ///   - patience: how long a person waits for a decision; it takes milliseconds when an engine runs.
    package init(
        sender: MessageSender,
        orders: OrderDesk,
        engines: EngineDesk,
        reader: StreamReader,
        content: ContentStore,
        questions: FleetQuestions,
        workflows: WorkflowLibrary,
        orderKeys: OrderKeys,
        sealKey: SealKey,
        caSHA256: String? = nil,
        patience: Duration = .seconds(20),
        now: @escaping @Sendable () -> Timestamp
    ) {
        let desk = MessageDesk(sender: sender, patience: patience, now: now)
        access = AccessService(desk: desk, reader: reader, secrets: AccessKeySecrets(sealKey: sealKey))
        audit = AuditService(desk: desk, reader: reader)
        activations = ActivationService(desk: desk, reader: reader, orderKeys: orderKeys, caSHA256: caSHA256)
        advisories = AdvisoryService(desk: desk, store: questions.advisoryStore)
        agents = AgentService(
            desk: desk,
            orders: orders,
            orderKeys: orderKeys,
            reader: reader,
            content: content,
            contactStore: questions.contactStore,
            outputs: questions.outputStore,
            sealKey: sealKey
        )
        cycles = CycleService(desk: desk, workflows: workflows, questions: questions, reader: reader)
        deliveries = DeliveryService(desk: desk, reader: reader)
        engine = EngineOperations(desk: engines)
        associations = AssociationService(desk: desk, reader: reader)
        maintenanceWindows = MaintenanceWindowService(desk: desk, reader: reader)
        nodes = NodeService(desk: desk, questions: questions)
        calendar = CalendarService(reader: reader, workflows: workflows, questions: questions, now: now)
        policy = PolicyService(desk: desk, reader: reader, questions: questions)
        let oneOffs = OneOffCycles(desk: desk, reader: reader)
        let shelf = DocumentShelf(folder: workflows.documents, reader: reader)
        documents = DocumentService(desk: desk, shelf: shelf, associations: associations)
        runs = RunService(cycles: oneOffs, documents: shelf)
        commands = CommandService(
            desk: desk,
            cycles: oneOffs,
            documents: shelf,
            questions: questions
        )
        rebootSlots = RebootSlotService(desk: desk, reader: reader, agents: agents)
        schedules = ScheduleService(desk: desk, workflows: workflows, reader: reader)
        sla = SLAService(reader: reader, workflows: workflows, questions: questions, now: now)
        self.questions = questions
    }
}
