import AgentProtocol

extension Order {
    /// What it orders to install; nothing for a scan.
    var patches: [PatchReference] {
        if case .install(_, let patches, _) = work { patches } else { [] }
    }
}
