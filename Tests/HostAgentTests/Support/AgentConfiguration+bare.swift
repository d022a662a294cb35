import HostAgent

extension AgentConfiguration {
    /// Of a node without a place or keys, for agents that end before they speak to anybody.
    static func bare(server: String, machine: String? = nil) -> Self {
        Self(
            server: server,
            node: Orders.node,
            site: "",
            patchGroup: "",
            activation: "",
            orderKeys: [],
            machine: machine
        )
    }
}
